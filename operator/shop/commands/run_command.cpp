#include "operator/kube/events/events.hpp"
#include "operator/kube/lease/lease.hpp"
#include "operator/shop/commands/commands.hpp"
#include "operator/shop/observed/informers.hpp"
#include "operator/shop/reconcile/reconcile.hpp"
#include "operator/shop/spec/names.hpp"
#include "services/kit/http/server/server.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/memory/release_memory.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/threads/pause.hpp"
#include "services/kit/trace/trace.hpp"

#include <cstdlib>
#include <optional>
#include <thread>

namespace shop {
namespace {

using namespace std::chrono_literals;

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

/// The routes for Prometheus and the kubelet.
kit::http::Router operations(kit::Metrics& metrics, const Informers& informers) {
  using kit::http::Lane;
  using kit::http::Response;
  kit::http::Router router;
  router.get("/metrics", [&metrics](const auto&) {
    return Response::text(metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
  });
  router.get(
      "/livez", [](const auto&) { return Response::text("ok\n"); }, Lane::Direct);
  router.get(
      "/readyz",
      [&informers](const auto&) {
        if (informers.synced()) return Response::text("ok\n");
        auto response = Response::text("waiting for the first lists from the API server\n");
        response.status = 503;
        return response;
      },
      Lane::Direct);
  return router;
}

/// A gauge per Shop of whether a condition holds. The label is not `namespace`, which Prometheus sets to the
/// operator's own.
void show_condition(kit::Metrics& metrics, const ShopStates& states, const char* name, const char* help,
                    bool ShopStates::State::*holds) {
  metrics.gauge_of(name, help, [&states, holds] {
    kit::Metrics::Samples samples;
    states.each([&](const kube::Key& shop, const ShopStates::State& state) {
      samples.push_back({{{"shop_namespace", shop.ns}, {"shop", shop.name}}, state.*holds ? 1.0 : 0.0});
    });
    return samples;
  });
}

/// Gauges of the Shops that have backups.
void show_backups(kit::Metrics& metrics, const ShopStates& states) {
  const auto of_shops = [&states](const auto& value) {
    kit::Metrics::Samples samples;
    states.each([&](const kube::Key& shop, const ShopStates::State& state) {
      if (state.backups)
        samples.push_back({{{"shop_namespace", shop.ns}, {"shop", shop.name}}, value(*state.backups)});
    });
    return samples;
  };
  metrics.gauge_of(
      "shopkeeper_shop_backup_healthy", "1 when the Shop's backups are as scheduled and verified, else 0.",
      [of_shops] {
        return of_shops([](const ShopStates::Backups& each) { return each.healthy ? 1.0 : 0.0; });
      });
  metrics.gauge_of("shopkeeper_shop_last_backup_timestamp_seconds",
                   "Unix time of the Shop's last backup; 0 when there is none.", [of_shops] {
                     return of_shops([](const ShopStates::Backups& each) { return each.last; });
                   });
}

/// Gauges of the number of Shops by state.
void count_shops(kit::Metrics& metrics, const ShopStates& states) {
  metrics.gauge_of("shopkeeper_shops", "Shops, by whether they are ready.", [&states] {
    double ready = 0, degraded = 0, other = 0;
    states.each([&](const kube::Key&, const ShopStates::State& state) {
      ++(state.ready ? ready : state.degraded ? degraded : other);
    });
    return kit::Metrics::Samples{{{{"state", "ready"}}, ready},
                                 {{{"state", "degraded"}}, degraded},
                                 {{{"state", "not_ready"}}, other}};
  });
}

/// Every connection would otherwise load the system's 140 authorities before replacing them with the
/// cluster's: 10 MiB for our watches. Call it before any connection and any thread that reads the
/// environment.
void skip_system_authorities() {
  setenv("SSL_CERT_FILE", "/dev/null", 1);
  setenv("SSL_CERT_DIR", "/nonexistent", 1);
}

kube::LeaseOptions lease_options(const Options& options, const kube::Config& config,
                                 const std::string& identity) {
  const auto& ns = options.lease_namespace;
  return {.ns = ns.empty() ? variable("POD_NAMESPACE", config.ns) : ns,
          .name = options.lease_name,
          .identity = identity};
}

/// Soon after the start, which uses most memory, and then regularly, since each change and each reconnected
/// watch runs code that is not used at rest.
void release_memory_regularly(const std::stop_token& stop) {
  while (kit::pause(15s, stop)) kit::release_memory();
}

/// Leader election with a client of its own, whose calls end before the next renewal is due.
struct Election {
  Election(const kube::Config& config, kube::LeaseOptions lease, kit::Metrics& metrics)
      : client(
            config,
            {.user_agent = "shopkeeper-operator/leader-election", .timeout = 2s, .deadline = 2s, .tries = 1},
            metrics),
        elector(client, std::move(lease), metrics) {}
  kube::Client client;
  kube::LeaderElector elector;
};

}  // namespace

int run_command(const Options& options, const Settings& settings, const std::stop_token& stop) {
  const auto config = kube::load_config(options.kubeconfig);
  if (!config.ca.empty()) skip_system_authorities();
  const auto identity = variable("POD_NAME", "operator") + "_" + kit::random_hex(8);
  kit::Metrics metrics;
  std::optional<Election> election;
  const auto lease = lease_options(options, config, identity);
  if (options.leader_elect) election.emplace(config, lease, metrics);
  // A process that was stopped past its lease and continued must not write: another one leads by then.
  const auto may_write = [&election] { return !election || election->elector.leading(); };
  kube::Client client(
      config, {.user_agent = "shopkeeper-operator/" SHOPKEEPER_VERSION, .may_write = may_write}, metrics);
  std::optional<kube::EventRecorder> recorder;
  recorder.emplace(client, kube::EventRecorderOptions{"shopkeeper.dev/operator", identity, {}, 256}, metrics);
  Informers informers(client, options.namespaces, metrics);
  const auto& states = informers.states();
  count_shops(metrics, states);
  show_condition(metrics, states, "shopkeeper_shop_ready", "1 when the Shop is ready, else 0.",
                 &ShopStates::State::ready);
  show_condition(metrics, states, "shopkeeper_shop_degraded",
                 "1 when something of the Shop has failed, else 0.", &ShopStates::State::degraded);
  show_backups(metrics, states);
  metrics
      .gauge("shopkeeper_build_info", "1, labelled with the version that runs.",
             {{"service", "operator"}, {"version", SHOPKEEPER_VERSION}})
      .Set(1);

  Reconciler reconciler(client, informers.view(), settings,
                        [&recorder](const kube::Object& about, kube::Event event) {
                          recorder->record(about, std::move(event));
                        },
                        {}, {lease.ns + "/" + lease.name, std::chrono::seconds(options.claim_expiry)});
  kube::Controller controller({.name = "shop", .workers = options.workers, .rate_limiter = {.limit = 60s}},
                              std::ref(reconciler), metrics);
  informers.feed(controller);

  kit::http::ServerOptions server_options;
  server_options.address = options.address;
  server_options.port = options.port;
  server_options.reactors = 1;
  server_options.workers = 1;
  server_options.drain = 2s;
  kit::http::Server server(
      server_options, operations(metrics, informers), [](kit::http::Request&, const kit::http::Route&) {},
      metrics);
  server.start();
  informers.start();
  kit::log::info("the operator is up", {{"version", SHOPKEEPER_VERSION},
                                        {"port", server.port()},
                                        {"identity", identity},
                                        {"namespaces", options.namespaces}});

  const auto work = [&](const std::stop_token& until) {
    controller.run(until);
    recorder.reset();  // sends the last Events while the lease still allows it
  };
  const std::jthread memory(release_memory_regularly);
  bool stopped_in_order = true;
  if (election)
    stopped_in_order = election->elector.run(stop, work);
  else
    work(stop);
  informers.stop();
  server.drain();
  kit::log::info(stopped_in_order ? "the operator ends" : "the lease was lost; the operator ends");
  return stopped_in_order ? 0 : 1;
}

Settings settings_from_environment(const std::string& version) {
  return {variable("SHOPKEEPER_DEFAULT_REGISTRY", "shopkeeper"), variable("SHOPKEEPER_DEFAULT_TAG", version)};
}

}  // namespace shop
