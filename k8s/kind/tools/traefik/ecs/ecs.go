// Package ecs replaces Traefik's provider for Amazon ECS, which needs three AWS clients.
package ecs

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

// Provider only fills its place in the static configuration.
type Provider struct{}

// Init fails: the provider is left out.
func (*Provider) Init() error { return errors.New("the ECS provider is not in this build") }

// Provide does nothing, since Init fails.
func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }
