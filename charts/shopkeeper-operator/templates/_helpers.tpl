{{/* Name of the operator's objects: RELEASE-operator, or RELEASE if that contains "operator". */}}
{{- define "operator.fullname" -}}
{{- if contains "operator" .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-operator" (.Release.Name | trunc 44 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Name of cluster-scoped objects: the same for every release with scope Cluster, else one for each release. */}}
{{- define "operator.clusterName" -}}
{{- if eq .Values.scope "Cluster" -}}
shopkeeper-operator
{{- else -}}
{{- printf "shopkeeper-operator-%s-%s" .Release.Namespace (include "operator.fullname" .) | trunc 253 -}}
{{- end -}}
{{- end -}}

{{/* The namespaces whose Shops are reconciled, as a JSON list. */}}
{{- define "operator.namespaces" -}}
{{- prepend .Values.namespaces .Release.Namespace | uniq | toJson -}}
{{- end -}}

{{- define "operator.selector" -}}
app.kubernetes.io/name: shopkeeper-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "operator.labels" -}}
{{ include "operator.selector" . }}
app.kubernetes.io/version: {{ include "operator.tag" . | quote }}
app.kubernetes.io/part-of: shopkeeper
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "shopkeeper-operator-%s" .Chart.Version }}
{{- end -}}

{{- define "operator.tag" -}}
{{- .Values.global.image.tag | default .Chart.AppVersion -}}
{{- end -}}

{{- define "operator.image" -}}
{{- printf "%s/operator:%s" .Values.global.image.registry (include "operator.tag" .) -}}
{{- end -}}

{{- define "operator.pullSecrets" -}}
{{- with .Values.global.image.pullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* As the restricted Pod Security Standard asks. */}}
{{- define "operator.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "operator.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}
