{{- define "shop.name" -}}
{{- $name := .Values.name | default .Release.Name -}}
{{- if gt (len $name) 24 -}}
{{- fail (printf "a Shop's name has at most 24 characters, %q has %d: --set name=..." $name (len $name)) -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{- define "shop.labels" -}}
app.kubernetes.io/name: shop
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: shopkeeper
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "shop-%s" .Chart.Version }}
{{- end -}}

{{- define "shop.tag" -}}
{{- .Values.global.image.tag | default .Chart.AppVersion -}}
{{- end -}}

{{/* The Shop's network policies let pods with this component reach its services and its database. */}}
{{- define "shop.testLabels" -}}
app.kubernetes.io/name: shop
app.kubernetes.io/instance: {{ include "shop.name" . }}
app.kubernetes.io/component: test
app.kubernetes.io/part-of: shopkeeper
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "shop-%s" .Chart.Version }}
{{- end -}}

{{/* The address of the test's account: another one for each run. */}}
{{- define "shop.testAddress" -}}
- name: POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
- {name: EMAIL, value: helm-test-$(POD_UID)@example.com}
{{- end -}}

{{- define "shop.testLimits" -}}
resources:
  requests: {cpu: 10m, memory: 32Mi}
  limits: {cpu: 200m, memory: 128Mi}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* A container that runs one step of files/place-order.sh: list CONTEXT STEP. */}}
{{- define "shop.testStep" -}}
{{- $context := first . -}}
{{- with $context -}}
- name: {{ last $ }}
  # The only image of the shop with a shell.
  image: {{ .Values.global.image.registry }}/postgres:{{ include "shop.postgresVersion" . }}
  imagePullPolicy: {{ .Values.global.image.pullPolicy }}
  command: [bash, -c]
  args:
    - |
      {{- .Files.Get "files/place-order.sh" | nindent 6 }}
    - place-order.sh
    - {{ last $ }}
  env:
    {{- include "shop.testAddress" . | nindent 4 }}
    - {name: SHOP, value: {{ include "shop.name" . }}}
    - {name: PAYMENT, value: {{ ternary "card_ok" "" (eq (.Values.payments.provider | default "") "sandbox") | quote }}}
    - {name: STATE, value: /state}
  volumeMounts:
    - {name: state, mountPath: /state}
  {{- include "shop.testLimits" . | nindent 2 }}
{{- end -}}
{{- end -}}
