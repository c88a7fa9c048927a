{{/* The page: where browsers find it, where people sign in. */}}

{{/* The workbench's section of its configuration. Argument: root. */}}
{{- define "spectrawl.workbenchConfig" -}}
{{- $workbench := .Values.workbench -}}
http:
  host: {{ .Values.grpc.host | quote }}
  port: {{ $workbench.port }}
  {{- if eq .Values.tls.kind "mesh" }}
  tls: elsewhere
  {{- else }}
  tls:
    certificateFile: /run/spectrawl/certificates/tls.crt
    keyFile: /run/spectrawl/certificates/tls.key
  {{- end }}
  {{- with $workbench.host }}
  publicUrl: https://{{ . }}
  {{- end }}
sessionKeyFile: /run/spectrawl/secrets/workbench/session.key
{{- with $workbench.provider }}
{{- if .issuer }}
{{- if not $workbench.host }}{{ fail "workbench.host: say under which name browsers find the page; the identity provider sends people back there" }}{{ end }}
provider:
  issuer: {{ .issuer }}
  clientId: {{ required "workbench.provider.clientId: the identity provider knows the workbench by it" .clientId | quote }}
  {{- if .clientSecret.secret }}
  clientSecretFile: /run/spectrawl/secrets/workbench/client-secret
  {{- end }}
  scope: {{ .scope | quote }}
  {{- with .resource }}
  resource: {{ . | quote }}
  {{- end }}
  bearer: {{ .bearer }}
  {{- if .ca.secret }}
  caFile: /run/spectrawl/secrets/workbench/ca.crt
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The Secret with the key of sessions. Argument: root. */}}
{{- define "spectrawl.sessionKeySecret" -}}
{{- .Values.workbench.sessionKey.secret | default (printf "%s-workbench-session" (include "spectrawl.fullname" .)) -}}
{{- end -}}

{{/* The workbench's secrets as sources of a projected volume. Argument: root. */}}
{{- define "spectrawl.workbenchSources" -}}
{{- $workbench := .Values.workbench -}}
{{- include "spectrawl.secretSource" (dict "secret" (include "spectrawl.sessionKeySecret" .) "keys" (dict $workbench.sessionKey.key "workbench/session.key")) }}
{{- with $workbench.provider.clientSecret }}
{{- if .secret }}
{{- include "spectrawl.secretSource" (dict "secret" .secret "keys" (dict .key "workbench/client-secret")) }}
{{- end }}
{{- end }}
{{- with $workbench.provider.ca }}
{{- if .secret }}
{{- include "spectrawl.secretSource" (dict "secret" .secret "keys" (dict .key "workbench/ca.crt")) }}
{{- end }}
{{- end }}
{{- include "spectrawl.issuerSources" . }}
{{- end -}}
