# One image for every part of the control plane (kubeadm asks for it under each of their names) and for volumes.
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nftables iptables conntrack kmod && rm -rf /var/lib/apt/lists/*
COPY kube local-path-provisioner /usr/local/bin/
RUN for c in etcd kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do ln -s kube /usr/local/bin/$c; done
