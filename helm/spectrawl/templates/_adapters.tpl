{{/*
Where state, objects and events are kept: each `kind` comes down to the same facts, from which the configuration, the mounted
secrets, the network policies and the scalers are made.
*/}}

{{- define "spectrawl.database" -}}
{{- $name := include "spectrawl.fullname" . -}}
{{- if eq .Values.database.kind "external" -}}
{{- $d := .Values.database.external -}}
host: {{ required "database.external.host: say where PostgreSQL is, or choose another database.kind" $d.host }}
port: {{ $d.port }}
name: {{ $d.name }}
user: {{ $d.user | quote }}
tls: {{ $d.tls.enabled }}
password:
  secret: {{ required "database.external.password.secret: name the Secret that holds the password" $d.password.secret }}
  key: {{ $d.password.key }}
{{- if and $d.tls.enabled $d.tls.ca.secret }}
ca: {{ toYaml $d.tls.ca | nindent 2 }}
{{- end }}
{{- if and $d.tls.enabled $d.tls.clientCertificate.secret }}
clientCertificate: {{ $d.tls.clientCertificate.secret }}
{{- end }}
{{- else if eq .Values.database.kind "cloudnative-pg" -}}
host: {{ $name }}-database-rw
port: 5432
name: spectrawl
user: spectrawl
tls: true
password: { secret: {{ $name }}-database-app, key: password }
ca: { secret: {{ $name }}-database-ca, key: ca.crt }
{{- else -}}
host: {{ $name }}-trial-database
port: 5432
name: spectrawl
user: spectrawl
tls: false
password: { secret: {{ $name }}-trial, key: database-password }
{{- end }}
maximumConnections: {{ .Values.database.maximumConnections }}
{{- end -}}

{{- define "spectrawl.objectStore" -}}
{{- $name := include "spectrawl.fullname" . -}}
{{- if eq .Values.objectStore.kind "external" -}}
{{- $s := .Values.objectStore.external -}}
bucket: {{ required "objectStore.external.bucket: name the bucket, or choose another objectStore.kind" $s.bucket }}
region: {{ $s.region }}
{{- with $s.endpoint }}
endpoint: {{ . }}
{{- end }}
{{- with $s.prefix }}
prefix: {{ . }}
{{- end }}
{{- if not (kindIs "invalid" $s.forcePathStyle) }}
forcePathStyle: {{ $s.forcePathStyle }}
{{- end }}
{{- if $s.credentials.secret }}
credentials: {{ toYaml $s.credentials | nindent 2 }}
{{- end }}
{{- else -}}
bucket: spectrawl
region: us-east-1
endpoint: http://{{ $name }}-trial-objects:8333
forcePathStyle: true
credentials: { secret: {{ $name }}-trial, accessKeyIdKey: s3-access-key-id, secretAccessKeyKey: s3-secret-access-key }
{{- end }}
{{- end -}}

{{- define "spectrawl.eventBus" -}}
{{- $name := include "spectrawl.fullname" . -}}
{{- $bus := .Values.eventBus -}}
{{- if eq $bus.kind "external" -}}
{{- $k := $bus.external -}}
{{- if not $k.brokers }}{{ fail "eventBus.external.brokers: list some of Kafka's brokers as host:port, or choose another eventBus.kind" }}{{ end -}}
brokers: {{ toYaml $k.brokers | nindent 2 }}
tls: {{ $k.tls.enabled }}
{{- if and $k.tls.enabled $k.tls.ca.secret }}
ca: {{ toYaml $k.tls.ca | nindent 2 }}
{{- end }}
{{- if and $k.tls.enabled $k.tls.clientCertificate.secret }}
clientCertificate: {{ $k.tls.clientCertificate.secret }}
{{- end }}
{{- if $k.sasl.mechanism }}
sasl:
  mechanism: {{ $k.sasl.mechanism }}
  username: {{ required "eventBus.external.sasl.username: name the user" $k.sasl.username | quote }}
  password:
    secret: {{ required "eventBus.external.sasl.password.secret: name the Secret that holds the password" $k.sasl.password.secret }}
    key: {{ $k.sasl.password.key }}
{{- end }}
{{- else if eq $bus.kind "strimzi" -}}
{{- $cluster := include "spectrawl.strimziCluster" . -}}
brokers: ["{{ $cluster }}-kafka-bootstrap:9093"]
tls: true
ca: { secret: {{ $cluster }}-cluster-ca-cert, key: ca.crt }
sasl:
  mechanism: scram-sha-512
  username: {{ $name }}
  password: { secret: {{ $name }}, key: password }
{{- else -}}
brokers: ["{{ $name }}-trial-kafka:9092"]
tls: false
{{- end }}
{{- end -}}

{{- define "spectrawl.strimziCluster" -}}
{{- .Values.eventBus.strimzi.cluster | default (printf "%s-kafka" (include "spectrawl.fullname" .)) -}}
{{- end -}}
