# Every image of the project. `docker build --network host --target NAME -t shopkeeper/NAME .`, NAME one of
# postgres rabbitmq user product order notification operator; k8s/images/build.sh does it for all.
# Works with BuildKit and with docker's old builder, hence no mounts and no heredocs. The old builder also runs the
# stages that stand before a target, so the two of other programs come first and the C++, compiled once, last.
ARG BASE=debian:bookworm-slim

# --- PostgreSQL ---------------------------------------------------------------------------------------------------
# From Debian's packages, with what the operator uses of the official image's interface: environment, uid, paths.
FROM ${BASE} AS postgres-root
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 pgbackrest ca-certificates locales tzdata \
 && localedef -i en_US -c -f UTF-8 en_US.UTF-8
COPY k8s/images/collect.sh /collect.sh
# Without the just-in-time compiler: its LLVM is 120 MB, and PostgreSQL does without where it is not there.
RUN cd /usr/lib/postgresql/15/lib && rm -rf bitcode pgxs llvmjit* \
 && rm -rf /usr/share/postgresql/15/man \
 && sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" /usr/share/postgresql/15/postgresql.conf.sample \
 && bash /collect.sh /root-fs package:bash package:dash package:coreutils package:sed package:grep package:gzip package:tar \
      package:findutils package:hostname package:mawk /usr/bin/awk /usr/bin/flock \
      /usr/bin/pgbackrest /etc/ssl/certs/ca-certificates.crt /usr/lib/ssl/cert.pem \
      /usr/lib/postgresql/15 /usr/share/postgresql/15 /usr/share/zoneinfo /usr/lib/locale /etc/ssl/openssl.cnf \
 && mkdir -p /root-fs/etc /root-fs/run /root-fs/var/lib \
 && ln -s /run /root-fs/var/run && install -d -m 1777 /root-fs/tmp \
 && printf 'root:x:0:0:root:/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\n' >/root-fs/etc/passwd \
 && printf 'root:x:0:\npostgres:x:999:\n' >/root-fs/etc/group \
 && printf 'hosts: files dns\n' >/root-fs/etc/nsswitch.conf \
 && install -d -m 3777 /state/run/postgresql && install -d -m 1777 /state/var/lib/postgresql/data

FROM scratch AS postgres
COPY --from=postgres-root /root-fs /
COPY --from=postgres-root --chown=999:999 /state /
COPY k8s/images/postgres/entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/local/bin:/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=en_US.utf8 PG_MAJOR=15 PGDATA=/var/lib/postgresql/data/pgdata
USER 999:999
VOLUME /var/lib/postgresql/data
EXPOSE 5432
# Fast shutdown: clients are disconnected, data is written.
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]

# --- RabbitMQ -----------------------------------------------------------------------------------------------------
FROM ${BASE} AS rabbitmq-root
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rabbitmq-server
COPY k8s/images/collect.sh /collect.sh
RUN rm -rf /usr/lib/erlang/lib/*/src /usr/lib/erlang/lib/*/include /usr/lib/erlang/lib/erl_interface* \
 && bash /collect.sh /root-fs package:bash package:dash package:coreutils package:sed package:grep package:findutils \
      package:hostname package:mawk /usr/bin/awk \
      /usr/bin/erl /usr/bin/epmd /usr/bin/escript /usr/lib/erlang /usr/lib/rabbitmq /usr/lib/locale /etc/ssl/openssl.cnf \
 && mkdir -p /root-fs/etc /root-fs/run /root-fs/var/lib && ln -s /run /root-fs/var/run && install -d -m 1777 /root-fs/tmp \
 && printf 'root:x:0:0:root:/root:/bin/bash\nrabbitmq:x:999:999::/var/lib/rabbitmq:/bin/bash\n' >/root-fs/etc/passwd \
 && printf 'root:x:0:\nrabbitmq:x:999:\n' >/root-fs/etc/group \
 && printf 'hosts: files dns\n' >/root-fs/etc/nsswitch.conf \
 && install -d -m 1777 /state/var/lib/rabbitmq /state/var/log/rabbitmq && install -d -m 1777 /state/etc/rabbitmq/conf.d \
 && printf 'log.console = true\n' >/state/etc/rabbitmq/conf.d/10-defaults.conf \
 && printf '[rabbitmq_prometheus].\n' >/state/etc/rabbitmq/enabled_plugins

FROM scratch AS rabbitmq
COPY --from=rabbitmq-root /root-fs /
COPY --from=rabbitmq-root --chown=999:999 /state /
COPY k8s/images/rabbitmq/entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/local/bin:/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 LC_ALL=C.UTF-8 HOME=/var/lib/rabbitmq RABBITMQ_DATA_DIR=/var/lib/rabbitmq RABBITMQ_LOGS=- RABBITMQ_UPGRADE_LOG=-
USER 999:999
VOLUME /var/lib/rabbitmq
EXPOSE 4369 5671 5672 15692 25672
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["rabbitmq-server"]

# --- The services and the operator --------------------------------------------------------------------------------
FROM ${BASE} AS toolchain
# The libraries of CMakeLists.txt: this list and that of k8s/kind/packages.sh (cpp) are one.
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      ca-certificates ccache cmake g++ ninja-build pkg-config \
      libcpprest-dev libcurl4-openssl-dev libfmt-dev libpistache-dev libpq-dev libpqxx-dev librabbitmq-dev libsodium-dev \
      libspdlog-dev libssl-dev libyaml-cpp-dev nlohmann-json3-dev prometheus-cpp-dev zlib1g-dev

FROM toolchain AS build
LABEL dev.shopkeeper.stage=build
WORKDIR /src
COPY CMakeLists.txt CMakePresets.json ./
COPY k8s/images/stores.env k8s/images/collect.sh k8s/images/share.sh k8s/images/
COPY charts/shopkeeper-operator/crds charts/shopkeeper-operator/crds
COPY services services
COPY operator operator
# The store of compiled objects that k8s/images/build.sh serves, filled by `make test` too; without it all is compiled.
ARG CCACHE_REMOTE_STORAGE=
# /out/NAME is what only that image has, /out/services what the four services share, /out/base what all share.
# One layer, without the build tree: half a gigabyte that nobody needs again.
RUN cmake --preset dev -DSHOPKEEPER_TESTS=OFF \
 && cmake --build --preset programs \
 && ccache --show-stats \
 && for name in user product order notification operator; do \
      strip --strip-all -o "/usr/local/bin/shopkeeper-$name" "$(find build/dev -type f -name "shopkeeper-$name")" \
      && bash k8s/images/collect.sh "/out/$name" "/usr/local/bin/shopkeeper-$name" || exit 1; \
    done \
 && bash k8s/images/share.sh /out/services /out/user /out/product /out/order /out/notification \
 && bash k8s/images/share.sh /out/base /out/services /out/operator \
 && bash k8s/images/collect.sh /out/base /etc/ssl/certs/ca-certificates.crt /usr/lib/ssl/cert.pem /usr/lib/ssl/openssl.cnf \
 && install -d -m 1777 /out/base/tmp \
 && printf 'shopkeeper:x:65532:65532::/:/\n' >/out/base/etc/passwd \
 && printf 'shopkeeper:x:65532:\n' >/out/base/etc/group \
 && printf 'hosts: files dns\n' >/out/base/etc/nsswitch.conf \
 && rm -rf build /root/.ccache /root/.cache

FROM scratch AS base
COPY --from=build /out/base /
USER 65532:65532
EXPOSE 9090

FROM base AS operator
COPY --from=build /out/operator /
ENTRYPOINT ["/usr/local/bin/shopkeeper-operator"]
CMD ["run"]

FROM base AS service
COPY --from=build /out/services /
EXPOSE 8080

FROM service AS user
COPY --from=build /out/user /
ENTRYPOINT ["/usr/local/bin/shopkeeper-user"]

FROM service AS product
COPY --from=build /out/product /
ENTRYPOINT ["/usr/local/bin/shopkeeper-product"]

FROM service AS order
COPY --from=build /out/order /
ENTRYPOINT ["/usr/local/bin/shopkeeper-order"]

FROM service AS notification
COPY --from=build /out/notification /
ENTRYPOINT ["/usr/local/bin/shopkeeper-notification"]
