{{/* The labels by which metrics of this release are told from others'. A service's job is what its Service is called. */}}
{{- define "spectrawl.metricSelector" -}}
namespace="{{ .Release.Namespace }}", job=~"{{ include "spectrawl.fullname" . }}-.*"
{{- end -}}
