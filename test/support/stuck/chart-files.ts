/** Files by their path. */
export type Files = Readonly<Record<string, string>>;

const image = "registry.k8s.io/pause:3.10";

const pod = `
      nodeSelector: {{ toJson .Values.nodeSelector }}
      containers:
        - name: main
          image: {{ .Values.image }}
`;

/**
 * The chart of the scenarios: what its values switch on goes wrong in one known way. Without values it is a Deployment that
 * is ready at once.
 */
export const probeChart: Files = {
  "Chart.yaml": "apiVersion: v2\nname: probe\nversion: 1.0.0\n",
  "values.yaml": `
image: ${image}
deployment: true
replicas: 1
nodeSelector: {}
# Whether there is a ConfigMap.
note: false
# A message to fail rendering with.
fail: ""
# Whether there is an object of a kind that the cluster may not know.
widget: false
# The node selector of a Job that runs before the installation.
hook: {}
# Whether there is a test, whose pod never ends.
test: false
`,
  "templates/deployment.yaml": `
{{- with .Values.fail }}{{ fail . }}{{ end }}
{{- if .Values.deployment }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
    spec:${pod}
{{- end }}
`,
  "templates/note.yaml": `
{{- if .Values.note }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
{{- end }}
`,
  "templates/widget.yaml": `
{{- if .Values.widget }}
apiVersion: example.com/v1
kind: Widget
metadata:
  name: {{ .Release.Name }}
{{- end }}
`,
  "templates/hook.yaml": `
{{- with .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install
spec:
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {{ toJson . }}
      containers:
        - name: migrate
          image: ${image}
{{- end }}
`,
  "templates/test.yaml": `
{{- if .Values.test }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-test
  annotations:
    helm.sh/hook: test
spec:
  restartPolicy: Never
  containers:
    - name: test
      image: ${image}
{{- end }}
`,
};

/** The files below a directory. */
export function below(directory: string, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content]),
  );
}
