{{/* What every pod of the release must obey. */}}
{{- define "spectrawl.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .Values.security.userId }}
runAsGroup: {{ .Values.security.groupId }}
fsGroup: {{ .Values.security.groupId }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "spectrawl.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* How a service's containers are told of their configuration. Argument: root, component, workload. */}}
{{- define "spectrawl.environment" -}}
- name: SPECTRAWL_CONFIG
  value: /etc/spectrawl/config.yaml
- name: LOG_LEVEL
  value: {{ .workload.logLevel }}
- name: HOME
  value: /tmp
# The images set it for those who run them without a configuration.
- name: SPECTRAWL_GRPC__HOST
  value: {{ .root.Values.grpc.host | quote }}
{{- with .root.Values.tracing }}
{{- if .endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .endpoint }}
# Prometheus reads metrics by itself.
- name: OTEL_METRICS_EXPORTER
  value: none
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .ratio | quote }}
{{- end }}
{{- end }}
{{- if .workload.gpu.enabled }}
# TensorFlow takes the whole memory of a GPU otherwise, and the next process finds none.
- name: TF_FORCE_GPU_ALLOW_GROWTH
  value: 'true'
{{- end }}
{{- with .workload.environment }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Argument: root. */}}
{{- define "spectrawl.mounts" -}}
- name: config
  mountPath: /etc/spectrawl
  readOnly: true
- name: secrets
  mountPath: /run/spectrawl/secrets
  readOnly: true
{{- if ne .Values.tls.kind "mesh" }}
- name: certificates
  mountPath: /run/spectrawl/certificates
  readOnly: true
{{- end }}
- name: token
  mountPath: /run/spectrawl/token
  readOnly: true
{{- if .Values.authentication.cluster.withinCluster }}
- name: cluster
  mountPath: /run/spectrawl/cluster
  readOnly: true
{{- end }}
- name: scratch
  mountPath: /tmp
{{- end -}}

{{/* Argument: root, component, workload, config (name of the ConfigMap). */}}
{{- define "spectrawl.volumes" -}}
{{- $values := .root.Values -}}
- name: config
  configMap:
    name: {{ .config }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- if (index (.root.Files.Get "files/services.yaml" | fromYaml) .component).http }}
      {{- include "spectrawl.workbenchSources" .root | trim | nindent 6 }}
      {{- else }}
      {{- include "spectrawl.secretSources" .root | trim | nindent 6 }}
      {{- end }}
{{- if ne $values.tls.kind "mesh" }}
- name: certificates
  secret:
    secretName: {{ include "spectrawl.certificateSecret" . }}
    defaultMode: 0440
{{- end }}
# Who this pod is, for the other services.
- name: token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          audience: {{ $values.authentication.audience }}
          expirationSeconds: {{ $values.authentication.tokenSeconds }}
          path: token
{{- if $values.authentication.cluster.withinCluster }}
# With which the cluster is asked for the keys of such tokens.
- name: cluster
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          expirationSeconds: 3600
          path: token
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
{{- end }}
- name: scratch
  {{- if .workload.scratch.storageClass }}
  ephemeral:
    volumeClaimTemplate:
      spec:
        accessModes: [ReadWriteOnce]
        storageClassName: {{ .workload.scratch.storageClass }}
        resources:
          requests:
            storage: {{ .workload.scratch.size }}
  {{- else }}
  emptyDir:
    sizeLimit: {{ .workload.scratch.size }}
  {{- end }}
{{- end -}}

{{/* The Secret with a service's certificate, its key, and the authority of the others'. Argument: root, component. */}}
{{- define "spectrawl.certificateSecret" -}}
{{- $name := include "spectrawl.fullname" .root -}}
{{- if eq .root.Values.tls.kind "secrets" -}}
{{- index .root.Values.tls.secrets .component | required (printf "tls.secrets.%s: name the Secret with the certificate of this service" .component) -}}
{{- else if eq .root.Values.tls.kind "generated" -}}
{{- printf "%s-tls" $name -}}
{{- else -}}
{{- printf "%s-%s-tls" $name .component -}}
{{- end -}}
{{- end -}}

{{/* Where pods may run. Argument: root, component, workload. */}}
{{- define "spectrawl.placement" -}}
{{- $w := .workload -}}
{{- $selector := merge (dict) (ternary $w.gpu.nodeSelector dict $w.gpu.enabled) $w.nodeSelector -}}
{{- with $selector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat (ternary $w.gpu.tolerations list $w.gpu.enabled) $w.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $w.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if $w.topologySpread }}
topologySpreadConstraints:
  {{- range $w.topologySpread }}
  - {{ toYaml . | nindent 4 | trim }}
    labelSelector:
      matchLabels:
        {{- include "spectrawl.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- with include "spectrawl.priorityClass" . }}
priorityClassName: {{ . }}
{{- end }}
{{- if and $w.gpu.enabled $w.gpu.runtimeClassName }}
runtimeClassName: {{ $w.gpu.runtimeClassName }}
{{- end }}
{{- end -}}

{{/* Argument: root, component, workload. */}}
{{- define "spectrawl.priorityClass" -}}
{{- if .workload.priorityClassName -}}
{{- .workload.priorityClassName -}}
{{- else if .root.Values.priorityClasses.create -}}
{{- printf "%s-%s-%s" .root.Release.Namespace (include "spectrawl.fullname" .root) .workload.priority -}}
{{- end -}}
{{- end -}}

{{/* Requests and limits, with GPUs (whole ones, or slices under their MIG resource name). Argument: root, component, workload. */}}
{{- define "spectrawl.resources" -}}
{{- $resources := deepCopy .workload.resources -}}
{{- if .workload.gpu.enabled -}}
{{- $limits := merge (dict .workload.gpu.resource .workload.gpu.count) ($resources.limits | default dict) -}}
{{- $_ := set $resources "limits" $limits -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}
