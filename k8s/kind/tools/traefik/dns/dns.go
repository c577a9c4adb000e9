// Package dns replaces lego's: no certificate of the local cluster is proven by DNS.
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v4/challenge"
)

// NewDNSChallengeProviderByName fails: the clients of some 150 DNS services are left out.
func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("DNS provider %s is not in this build", name)
}
