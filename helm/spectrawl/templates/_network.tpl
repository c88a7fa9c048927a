{{/* What pods of the release may reach. */}}

{{- define "spectrawl.egressToNames" -}}
- ports:
    {{- range .Values.networkPolicies.dnsPorts }}
    - { port: {{ . }}, protocol: UDP }
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end -}}

{{/* The database, the object store and Kafka. */}}
{{- define "spectrawl.egressToServers" -}}
{{- $ports := list (include "spectrawl.database" . | fromYaml).port -}}
{{- $store := include "spectrawl.objectStore" . | fromYaml -}}
{{- $ports = append $ports (include "spectrawl.portOf" ($store.endpoint | default "https://")) -}}
{{- range (include "spectrawl.eventBus" . | fromYaml).brokers -}}
{{- $ports = append $ports (regexFind "[0-9]+$" .) -}}
{{- end -}}
- ports:
    {{- range $ports | toStrings | uniq | sortAlpha }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .Values.networkPolicies.servers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* The port of a URL of http or https. */}}
{{- define "spectrawl.portOf" -}}
{{- $host := (urlParse .).host -}}
{{- if regexMatch ":[0-9]+$" $host -}}
{{- regexFind "[0-9]+$" $host -}}
{{- else -}}
{{- ternary "80" "443" (hasPrefix "http:" .) -}}
{{- end -}}
{{- end -}}

{{/* Where the keys of tokens are asked for, and traces go. */}}
{{- define "spectrawl.egressToIssuers" -}}
{{- $ports := list -}}
{{- $addresses := list -}}
{{- with .Values.authentication.cluster -}}
{{- if .withinCluster -}}
{{- $ports = concat $ports $.Values.networkPolicies.apiServerPorts -}}
{{- else -}}
{{- $addresses = append $addresses (.discoveryUrl | default .issuer) -}}
{{- end -}}
{{- end -}}
{{- range .Values.authentication.issuers -}}
{{- if not .jwks -}}
{{- $addresses = append $addresses (.discoveryUrl | default .issuer) -}}
{{- end -}}
{{- end -}}
{{- with .Values.workbench.provider.issuer -}}
{{- $addresses = append $addresses . -}}
{{- end -}}
{{- with .Values.tracing.endpoint -}}
{{- $addresses = append $addresses . -}}
{{- end -}}
{{- range $addresses -}}
{{- $ports = append $ports (include "spectrawl.portOf" .) -}}
{{- end -}}
- ports:
    {{- range $ports | toStrings | uniq | sortAlpha }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .Values.networkPolicies.issuers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
