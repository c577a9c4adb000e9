// Package plugins replaces Traefik's, which needs a Go interpreter and a WebAssembly runtime. It has two middlewares compiled
// in, `problem` and `ready`.
package plugins

import (
	"context"
	"errors"
	"net/http"

	"github.com/traefik/traefik/v3/pkg/provider"
)

var errLeftOut = errors.New("plugins are not in this build")

// Constructor creates the handler of a plugin.
type Constructor func(context.Context, http.Handler) (http.Handler, error)

// These only fill their places in the static configuration and in the call that sets plugins up.
type (
	Descriptor                struct{}
	LocalDescriptor           struct{}
	Builder                   struct{}
	Manager                   struct{}
	ManagerOptions            struct{ Output string }
	RegistryDownloader        struct{}
	RegistryDownloaderOptions struct {
		HTTPClient   *http.Client
		ArchivesPath string
	}
)

// NewRegistryDownloader is called only when the configuration names plugins, and fails.
func NewRegistryDownloader(RegistryDownloaderOptions) (*RegistryDownloader, error) {
	return nil, errLeftOut
}

// NewManager fails like NewRegistryDownloader.
func NewManager(*RegistryDownloader, ManagerOptions) (*Manager, error) { return nil, errLeftOut }

// SetupRemotePlugins fails like NewRegistryDownloader.
func SetupRemotePlugins(*Manager, map[string]Descriptor) error { return errLeftOut }

// SetupLocalPlugins is called only when the configuration names local plugins, and fails.
func SetupLocalPlugins(map[string]LocalDescriptor) error { return errLeftOut }

// NewBuilder succeeds: what it builds needs no setting up.
func NewBuilder(*Manager, map[string]Descriptor, map[string]LocalDescriptor) (*Builder, error) {
	return &Builder{}, nil
}

// Build fails for any plugin but `problem` and `ready`.
func (Builder) Build(name string, config map[string]interface{}, _ string) (Constructor, error) {
	return func(_ context.Context, next http.Handler) (http.Handler, error) {
		switch name {
		case "problem":
			return newProblem(config, next)
		case "ready":
			return http.HandlerFunc(ready), nil
		}
		return nil, errLeftOut
	}, nil
}

// ready responds to every request: for a route that exists once the Ingresses have been read.
func ready(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// BuildProvider fails for any plugin.
func (Builder) BuildProvider(string, map[string]interface{}) (provider.Provider, error) {
	return nil, errLeftOut
}
