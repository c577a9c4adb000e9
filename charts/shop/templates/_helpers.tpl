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
