{{/*
Whose tokens are taken: those that the cluster gives to service accounts, by which the services know each other, and those of the
issuers of people's tokens. Services only read from each other, so they are viewers, as `helm test` is.
*/}}
{{- define "spectrawl.authentication" -}}
{{- $root := . -}}
{{- $authentication := .Values.authentication -}}
{{- $cluster := $authentication.cluster -}}
kind: jwt
issuers:
  - issuer: {{ $cluster.issuer }}
    audience: {{ $authentication.audience }}
    {{- with $cluster.discoveryUrl }}
    discoveryUrl: {{ . }}
    {{- end }}
    {{- if $cluster.withinCluster }}
    caFile: /run/spectrawl/cluster/ca.crt
    tokenFile: /run/spectrawl/cluster/token
    {{- end }}
    subjects:
      {{- range $component, $facts := .Files.Get "files/services.yaml" | fromYaml }}
      {{- if $facts.calls }}
      {{- $workload := include "spectrawl.workload" (dict "root" $root "component" $component) | fromYaml }}
      {{- $account := include "spectrawl.serviceAccountName" (dict "root" $root "component" $component "workload" $workload) }}
      {{ printf "system:serviceaccount:%s:%s" $root.Release.Namespace $account }}: viewer
      {{- end }}
      {{- end }}
      {{ printf "system:serviceaccount:%s:%s-test" $root.Release.Namespace (include "spectrawl.fullname" $root) }}: viewer
      {{- with $cluster.subjects }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- range $index, $issuer := $authentication.issuers }}
  - {{ merge (omit $issuer "jwks" "ca") (dict "audience" $authentication.audience) | toYaml | nindent 4 | trim }}
    {{- if $issuer.jwks }}
    jwksFile: /run/spectrawl/secrets/issuers/{{ $index }}/jwks
    {{- end }}
    {{- if $issuer.ca }}
    caFile: /run/spectrawl/secrets/issuers/{{ $index }}/ca
    {{- end }}
  {{- end }}
{{- end -}}
