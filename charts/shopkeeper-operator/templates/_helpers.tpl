{{/* Name of the operator's objects: RELEASE-operator, or RELEASE if that contains "operator". */}}
{{- define "operator.fullname" -}}
{{- if contains "operator" .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-operator" (.Release.Name | trunc 44 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Name of the objects that grant permissions: in the cluster the same for every release with scope Cluster, in a namespace one for each
release. Earlier charts had a RoleBinding shopkeeper-operator-NAMESPACE-NAME, whose reference to a ClusterRole cannot be changed. */}}
{{- define "operator.permissionsName" -}}
{{- if eq .Values.scope "Cluster" -}}
shopkeeper-operator
{{- else -}}
{{- printf "%s-%s" (include "operator.fullname" .) .Release.Namespace | trunc 253 -}}
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

{{/* What the pods of the operator and of the CRD Job share. Security as the restricted Pod Security Standard asks. */}}
{{- define "operator.pod" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.global.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The metadata of the CRD Job's permissions, which exist only while the hook runs. */}}
{{- define "operator.crdHookMetadata" -}}
labels:
  {{- include "operator.labels" . | nindent 2 }}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: "-10"
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded,hook-failed
{{- end -}}

{{- define "operator.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}
