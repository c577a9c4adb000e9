package plugins

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// What clients are to wait before they repeat a request that found no pod; a pod that is replaced is back within seconds.
const retryAfterSeconds = 2

// problem is the body of an error (RFC 9457), with the fields that the shop's services set.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

var details = map[int]string{
	http.StatusNotFound:           "There is nothing at this path.",
	http.StatusBadGateway:         "The connection to the service broke, so it is not known whether this took effect; repeat it with the same Idempotency-Key.",
	http.StatusServiceUnavailable: "No instance of the service is ready. Nothing was changed; repeat the request.",
	http.StatusGatewayTimeout:     "The service did not respond in time, so it is not known whether this took effect; repeat it with the same Idempotency-Key.",
}

func writeProblem(w http.ResponseWriter, status int) {
	body, err := json.Marshal(problem{"about:blank", http.StatusText(status), status, details[status]})
	if err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	header := w.Header()
	for name := range header {
		if strings.HasPrefix(name, "Content-") {
			header.Del(name)
		}
	}
	header.Set("Content-Type", "application/problem+json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store")
	if status >= http.StatusInternalServerError {
		header.Set("Retry-After", strconv.Itoa(retryAfterSeconds))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}

// problems writes the errors that Traefik itself responds with as problems. The services write theirs as JSON, which passes
// unchanged.
type problems struct{ next http.Handler }

func (p problems) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.next.ServeHTTP(&problemWriter{ResponseWriter: w}, r)
}

// problemWriter replaces a response of 502, 503 or 504 that has no JSON.
type problemWriter struct {
	http.ResponseWriter
	replaced bool
}

func (w *problemWriter) WriteHeader(status int) {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		if !strings.Contains(w.Header().Get("Content-Type"), "json") {
			w.replaced = true
			writeProblem(w.ResponseWriter, status)
			return
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *problemWriter) Write(body []byte) (int, error) {
	if w.replaced {
		return len(body), nil
	}
	return w.ResponseWriter.Write(body)
}

// Flush sends what has been written, for server-sent events.
func (w *problemWriter) Flush() {
	if flusher, ok := w.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *problemWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// newProblem makes the middleware `problem`. Without settings it writes the errors of Traefik as problems; with `status` it
// responds to every request with that status.
func newProblem(config map[string]interface{}, next http.Handler) (http.Handler, error) {
	value, found := config["status"]
	if !found {
		return problems{next}, nil
	}
	status, err := strconv.Atoi(fmt.Sprint(value))
	if err != nil || details[status] == "" {
		return nil, fmt.Errorf("problem: status is one of 404, 502, 503, 504, not %v", value)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeProblem(w, status) }), nil
}
