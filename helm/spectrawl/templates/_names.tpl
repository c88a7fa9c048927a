{{/* Names, labels and images. */}}

{{- define "spectrawl.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains "spectrawl" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-spectrawl" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels of every object. Argument: root, component. */}}
{{- define "spectrawl.labels" -}}
{{ include "spectrawl.selector" . }}
app.kubernetes.io/part-of: spectrawl
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels that pick a component's pods. They never change: a Deployment's selector can't. Argument: root, component. */}}
{{- define "spectrawl.selector" -}}
app.kubernetes.io/name: spectrawl
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* What every object begins with: its name, namespace and labels. Argument: root, component, name (suffix; default: the component). */}}
{{- define "spectrawl.metadata" -}}
name: {{ include "spectrawl.fullname" .root }}-{{ .name | default .component }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "spectrawl.labels" . | nindent 2 }}
{{- end -}}

{{/* The values of one service's pods: what stands with the service goes before `defaults`. Argument: root, component. */}}
{{- define "spectrawl.workload" -}}
{{- $workload := deepCopy .root.Values.defaults -}}
{{- include "spectrawl.lay" (dict "over" $workload "values" (index .root.Values.services .component)) -}}
{{- toYaml $workload -}}
{{- end -}}

{{/* Lays values over others, in place: mergeOverwrite would leave out false, 0 and the empty. Argument: over, values. */}}
{{- define "spectrawl.lay" -}}
{{- $over := .over -}}
{{- range $key, $value := .values -}}
{{- if and (kindIs "map" $value) (kindIs "map" (index $over $key)) -}}
{{- include "spectrawl.lay" (dict "over" (index $over $key) "values" (deepCopy $value)) -}}
{{- else -}}
{{- $_ := set $over $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Argument: root, component, workload. */}}
{{- define "spectrawl.image" -}}
{{- $image := .root.Values.image -}}
{{- $own := .workload.image -}}
{{- $flavour := ternary "-gpu" "" .workload.gpu.enabled -}}
{{- $repository := $own.repository | default (printf "%s%s%s" $image.prefix .component $flavour) -}}
{{- $path := ternary (printf "%s/%s" $image.registry $repository) $repository (ne $image.registry "") -}}
{{- if $own.digest -}}
{{- printf "%s@%s" $path $own.digest -}}
{{- else -}}
{{- printf "%s:%s" $path ($own.tag | default $image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* The account that a service runs as: its token says who it is. Argument: root, component, workload. */}}
{{- define "spectrawl.serviceAccountName" -}}
{{- .workload.serviceAccount.name | default (printf "%s-%s" (include "spectrawl.fullname" .root) .component) -}}
{{- end -}}

{{/* Where a service answers gRPC, within the cluster. Argument: root, component. */}}
{{- define "spectrawl.host" -}}
{{- printf "%s-%s.%s.svc" (include "spectrawl.fullname" .root) .component .root.Release.Namespace -}}
{{- end -}}

{{/* The services that keep something in the database, the object store and Kafka, as a JSON list. */}}
{{- define "spectrawl.keeping" -}}
{{- $keeping := list -}}
{{- range $component, $facts := .Files.Get "files/services.yaml" | fromYaml -}}
{{- if not $facts.keepsNothing -}}
{{- $keeping = append $keeping $component -}}
{{- end -}}
{{- end -}}
{{- $keeping | toJson -}}
{{- end -}}
