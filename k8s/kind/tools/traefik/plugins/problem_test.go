package plugins

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

func respond(t *testing.T, config map[string]interface{}, next http.HandlerFunc) *http.Response {
	t.Helper()
	handler, err := newProblem(config, next)
	if err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/products", nil))
	return recorder.Result()
}

func body(t *testing.T, response *http.Response) problem {
	t.Helper()
	var read problem
	if err := json.NewDecoder(response.Body).Decode(&read); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestErrorsOfTheGatewayBecomeProblems(t *testing.T) {
	for _, status := range []int{502, 503, 504} {
		response := respond(t, nil, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no available server", status) })
		read := body(t, response)
		if response.StatusCode != status || read.Status != status || read.Detail == "" || read.Title != http.StatusText(status) {
			t.Errorf("%d: %+v", response.StatusCode, read)
		}
		if response.Header.Get("Content-Type") != "application/problem+json" || response.Header.Get("Retry-After") != "2" {
			t.Errorf("%v", response.Header)
		}
	}
}

func TestResponsesOfServicesPassUnchanged(t *testing.T) {
	for _, kind := range []string{"application/problem+json", "application/json; charset=utf-8"} {
		response := respond(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"detail":"The database is unavailable."}`))
		})
		if read := body(t, response); read.Detail != "The database is unavailable." || response.Header.Get("Retry-After") != "7" {
			t.Errorf("%+v %v", read, response.Header)
		}
	}
	response := respond(t, nil, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "text", http.StatusTeapot) })
	if response.StatusCode != http.StatusTeapot || response.Header.Get("Retry-After") != "" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
}

func TestAFixedStatusNeedsNoService(t *testing.T) {
	response := respond(t, map[string]interface{}{"status": "404"}, func(http.ResponseWriter, *http.Request) { t.Error("the service was asked") })
	if read := body(t, response); response.StatusCode != 404 || read.Title != "Not Found" || response.Header.Get("Retry-After") != "" {
		t.Errorf("%d %+v %v", response.StatusCode, read, response.Header)
	}
	if _, err := newProblem(map[string]interface{}{"status": "200"}, nil); err == nil {
		t.Error("200 is no problem")
	}
}
