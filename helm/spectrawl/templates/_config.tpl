{{/* The configuration file of one service, as libs/runtime reads it. Argument: root, component, workload. */}}
{{- define "spectrawl.config" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $facts := index ($root.Files.Get "files/services.yaml" | fromYaml) .component -}}
{{- $certificates := "/run/spectrawl/certificates" -}}
grpc:
  host: {{ $values.grpc.host | quote }}
  port: {{ $values.grpc.port }}
  {{- if eq $values.tls.kind "mesh" }}
  tls: mesh
  {{- else }}
  tls:
    certificateFile: {{ $certificates }}/tls.crt
    keyFile: {{ $certificates }}/tls.key
    {{- if $values.tls.mutual }}
    clientCaFile: {{ $certificates }}/ca.crt
    {{- end }}
  {{- end }}
  client:
    {{- if ne $values.tls.kind "mesh" }}
    caFile: {{ $certificates }}/ca.crt
    {{- if $values.tls.mutual }}
    certificateFile: {{ $certificates }}/tls.crt
    keyFile: {{ $certificates }}/tls.key
    {{- end }}
    {{- end }}
    tokenFile: /run/spectrawl/token/token
# Before it is told to stop, a pod sleeps while the cluster learns that it leaves (preStop): so it need not wait itself.
drain:
  limitMilliseconds: {{ mul (max 1 (sub .workload.terminationGracePeriodSeconds (add .workload.preStopSeconds 5))) 1000 }}
operations:
  host: {{ $values.operations.host | quote }}
  port: {{ $values.operations.port }}
  metrics: {{ ternary "viewers" "everybody" (ne $values.monitoring.serviceMonitor.token.secret "") }}
{{- with $facts.calls | default $facts.forwards }}
addresses:
  {{- range . }}
  {{ . }}: {{ include "spectrawl.host" (dict "root" $root "component" .) }}:{{ $values.grpc.port }}
  {{- end }}
{{- end }}
authentication:
  {{- include "spectrawl.authentication" $root | nindent 2 }}
{{- if not $facts.keepsNothing }}
{{ include "spectrawl.adapterConfig" . | trim }}
{{- end }}
{{- $own := deepCopy .workload.config }}
{{- if $facts.http }}
{{- $own = include "spectrawl.workbenchConfig" $root | fromYaml }}
{{- include "spectrawl.lay" (dict "over" $own "values" .workload.config) }}
{{- end }}
{{- with $own }}
services:
  {{ $.component }}:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{/* Where state, objects and events are. Argument: root, component. */}}
{{- define "spectrawl.adapterConfig" -}}
{{- $secrets := "/run/spectrawl/secrets" -}}
{{- with include "spectrawl.database" .root | fromYaml }}
database:
  kind: postgres
  url: postgres://{{ .user | urlquery }}@{{ .host }}:{{ .port }}/{{ .name | urlquery }}
  passwordFile: {{ $secrets }}/database/password
  {{- include "spectrawl.clientTls" (dict "facts" . "folder" (printf "%s/database" $secrets)) | nindent 2 }}
  maximumConnections: {{ .maximumConnections }}
{{- end }}
{{- with include "spectrawl.objectStore" $.root | fromYaml }}
objectStore:
  kind: s3
  {{- omit . "credentials" | toYaml | nindent 2 }}
  {{- if .credentials }}
  accessKeyIdFile: {{ $secrets }}/object-store/access-key-id
  secretAccessKeyFile: {{ $secrets }}/object-store/secret-access-key
  {{- end }}
{{- end }}
{{- with include "spectrawl.eventBus" $.root | fromYaml }}
eventBus:
  kind: kafka
  brokers: {{ toYaml .brokers | nindent 4 }}
  clientId: spectrawl-{{ $.component }}
  {{- include "spectrawl.clientTls" (dict "facts" . "folder" (printf "%s/event-bus" $secrets)) | nindent 2 }}
  {{- with .sasl }}
  sasl:
    mechanism: {{ .mechanism }}
    username: {{ .username | quote }}
    passwordFile: {{ $secrets }}/event-bus/password
  {{- end }}
  {{- with $.root.Values.eventBus.topicPrefix }}
  topicPrefix: {{ . }}
  {{- end }}
  {{- with $.root.Values.eventBus.replicationFactor }}
  replicationFactor: {{ . }}
  {{- end }}
  retention: {{ mul $.root.Values.eventBus.retentionDays 24 3600 1000 }}
  sessionTimeout: {{ mul $.root.Values.eventBus.sessionTimeoutSeconds 1000 }}
{{- end }}
{{- end -}}

{{/* The section `tls` of a connection to a server. Argument: facts, folder. */}}
{{- define "spectrawl.clientTls" -}}
{{- if not .facts.tls -}}
tls: false
{{- else if not (or .facts.ca .facts.clientCertificate) -}}
tls: true
{{- else -}}
tls:
  {{- if .facts.ca }}
  caFile: {{ .folder }}/ca.crt
  {{- end }}
  {{- if .facts.clientCertificate }}
  certificateFile: {{ .folder }}/tls.crt
  keyFile: {{ .folder }}/tls.key
  {{- end }}
{{- end -}}
{{- end -}}

{{/* The secrets of the configuration as sources of one projected volume. Argument: root. */}}
{{- define "spectrawl.secretSources" -}}
{{- with include "spectrawl.database" . | fromYaml -}}
{{- include "spectrawl.secretSource" (dict "secret" .password.secret "keys" (dict .password.key "database/password")) }}
{{- include "spectrawl.tlsSources" (dict "facts" . "folder" "database") }}
{{- end }}
{{- with include "spectrawl.objectStore" . | fromYaml }}
{{- with .credentials }}
{{- include "spectrawl.secretSource" (dict "secret" .secret "keys" (dict .accessKeyIdKey "object-store/access-key-id" .secretAccessKeyKey "object-store/secret-access-key")) }}
{{- end }}
{{- end }}
{{- with include "spectrawl.eventBus" . | fromYaml }}
{{- with .sasl }}
{{- include "spectrawl.secretSource" (dict "secret" .password.secret "keys" (dict .password.key "event-bus/password")) }}
{{- end }}
{{- include "spectrawl.tlsSources" (dict "facts" . "folder" "event-bus") }}
{{- end }}
{{- include "spectrawl.issuerSources" . }}
{{- end -}}

{{/* The keys and authorities of the issuers of people's tokens. Argument: root. */}}
{{- define "spectrawl.issuerSources" -}}
{{- range $index, $issuer := .Values.authentication.issuers }}
{{- range $what := list "jwks" "ca" }}
{{- with index $issuer $what }}
{{- include "spectrawl.secretSource" (dict "secret" .secret "keys" (dict .key (printf "issuers/%d/%s" $index $what))) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "spectrawl.tlsSources" -}}
{{- if .facts.ca -}}
{{- include "spectrawl.secretSource" (dict "secret" .facts.ca.secret "keys" (dict .facts.ca.key (printf "%s/ca.crt" .folder))) }}
{{- end }}
{{- if .facts.clientCertificate -}}
{{- include "spectrawl.secretSource" (dict "secret" .facts.clientCertificate "keys" (dict "tls.crt" (printf "%s/tls.crt" .folder) "tls.key" (printf "%s/tls.key" .folder))) }}
{{- end }}
{{- end -}}

{{/* Argument: secret, keys (key: path). */}}
{{- define "spectrawl.secretSource" }}
- secret:
    name: {{ .secret }}
    items:
      {{- range $key, $path := .keys }}
      - key: {{ $key }}
        path: {{ $path }}
      {{- end }}
{{- end -}}
