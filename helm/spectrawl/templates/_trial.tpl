{{/* The servers of a trial: one pod each. */}}

{{/* Argument: root, userId. */}}
{{- define "spectrawl.trialPod" -}}
{{- with .root.Values.image.pullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{ end -}}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .userId }}
  runAsGroup: {{ .userId }}
  fsGroup: {{ .userId }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
# Enough for each of them to close its files: SeaweedFS takes a quarter of a minute, the others seconds.
terminationGracePeriodSeconds: 20
{{- with include "spectrawl.priorityClass" (dict "root" .root "workload" (dict "priorityClassName" "" "priority" "service")) }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Argument: root, size. */}}
{{- define "spectrawl.trialVolume" -}}
volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .root.Values.trial.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .size }}
{{- end -}}

{{/* A budget, and who may call. Argument: root, component, port. */}}
{{- define "spectrawl.trialPolicies" }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "spectrawl.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "spectrawl.selector" . | nindent 6 }}
{{- if .root.Values.networkPolicies.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "spectrawl.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "spectrawl.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/name: spectrawl
              app.kubernetes.io/instance: {{ .root.Release.Name }}
            matchExpressions:
              - { key: app.kubernetes.io/component, operator: In, values: {{ concat (include "spectrawl.keeping" .root | fromJsonArray) (list "migrations") | toJson }} }
      ports:
        - { port: {{ .port }}, protocol: TCP }
{{- end }}
{{- end -}}
