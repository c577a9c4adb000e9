# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153 # set here, used by the scripts that source this
# Every version in one place. The programs are Go modules; their sums are checked by Go itself.
KUBERNETES=v1.35.4
# What kubeadm of that Kubernetes asks for by name.
ETCD_TAG=3.6.6-0 COREDNS_TAG=v1.13.1 PAUSE_TAG=3.10.1
KIND_VERSION=v0.33.0
COREDNS_VERSION=v1.14.7
HELM_VERSION=v3.22.0
METRICS_SERVER_VERSION=v0.9.0
LOCAL_PATH_VERSION=v0.0.30
STRIPE_MOCK_VERSION=v0.203.0 # the peer of the tests of payments
TRAEFIK_VERSION=v3.5.3 # must be what ingress/go.mod requires
GO_MINIMUM=1.25 GO_VERSION=go1.26.8
