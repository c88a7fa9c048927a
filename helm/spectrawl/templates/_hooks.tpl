{{/* Annotations of a hook's objects: they stay until the hook runs again, so that its log can be read. Argument: hook, weight. */}}
{{- define "spectrawl.hook" -}}
helm.sh/hook: {{ .hook }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation
{{- end -}}
