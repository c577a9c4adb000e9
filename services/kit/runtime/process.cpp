#include "services/kit/runtime/process.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/db/statistics.hpp"
#include "services/kit/encoding/percent.hpp"
#include "services/kit/json/reader.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/runtime/operations.hpp"
#include "services/kit/threads/periodic.hpp"

#include <thread>

namespace kit::runtime {
namespace {

constexpr std::chrono::milliseconds HEALTH_INTERVAL{500};
constexpr std::chrono::milliseconds REVOCATIONS_DEADLINE{1500};

/// Waits for SIGTERM or SIGINT.
void wait_for_end(const sigset_t& signals) {
  const std::string configured(log::level_name());
  for (;;) {
    int number = 0;
    sigwait(&signals, &number);
    if (number == SIGTERM || number == SIGINT) return;
    log::set_level(number == SIGUSR1 ? "debug" : configured);
    log::info("log level changed", {{"level", log::level_name()}});
  }
}

}  // namespace

std::vector<EmbeddedFile> all_migrations(const Service& service) {
  std::vector<EmbeddedFile> out{messaging::MIGRATION};
  out.insert(out.end(), service.migrations.begin(), service.migrations.end());
  return out;
}

Process::Process(const Service& service, const Options& options)
    : service_(service),
      options_(options),
      database_(options.database, metrics_),
      context_{service.name,
               options.access,
               *Currency::parse(options.currency),
               metrics_,
               health_,
               database_,
               options.broker,
               [this](const std::string& peer) { return make_client(peer); },
               options.gate} {
  context_.gate.rules = service.permissions;
}

int Process::serve(const sigset_t& signals) {
  metrics_
      .gauge("shopkeeper_build_info", "1, labelled with the running version.",
             {{"service", service_.name}, {"version", SHOPKEEPER_VERSION}})
      .Set(1);
  http::Router api;
  http::Router internal;
  add_operations(internal, health_, metrics_);
  messaging::Relay relay(database_, options_.broker, metrics_, service_.consumers);
  add_checks(relay);
  const db::Statistics statistics(database_, metrics_);
  context_.revocations = make_revocations();
  const auto running = service_.build(context_, api, internal);

  auto public_gate = access::public_gate(context_.gate, api, context_.revocations);
  auto internal_gate = access::internal_gate(internal_gate_options(), internal);
  http::Server public_server(server_options(options_.http, "api"), std::move(api), std::move(public_gate),
                             metrics_);
  http::Server ops_server(server_options(options_.ops, "ops"), std::move(internal), std::move(internal_gate),
                          metrics_);
  ops_server.start();
  public_server.start();
  log::info(
      "serving",
      {{"version", SHOPKEEPER_VERSION}, {"port", public_server.port()}, {"ops_port", ops_server.port()}});
  // Keeps the health report fresh, so that probes need not wait for checks.
  const Periodic health_checks({HEALTH_INTERVAL, HEALTH_INTERVAL, "health checks failed"},
                               [this](const std::stop_token&) { health_.report(); });
  wait_for_end(signals);
  drain(public_server, ops_server);
  return 0;
}

void Process::drain(http::Server& api, http::Server& ops) {
  log::info("draining");
  health_.set_accepting(false);
  api.announce_end();
  ops.announce_end();
  std::this_thread::sleep_for(options_.drain_delay);
  int abandoned = api.drain();
  abandoned += ops.drain();
  log::info("stopped", {{"abandoned_requests", abandoned}});
}

access::InternalGateOptions Process::internal_gate_options() const {
  auto gate = options_.internal;
  gate.rules = service_.permissions;
  return gate;
}

http::ServerOptions Process::server_options(http::ServerOptions options, const char* name) const {
  options.name = name;
  options.map_error = [own = service_.map_error](std::exception_ptr error) {
    auto problem = own ? own(error) : std::nullopt;
    return problem ? problem : map_error(error);
  };
  return options;
}

void Process::add_checks(const messaging::Relay& relay) {
  health_.add({"database", true, [this] { return database_.probe(); }});
  health_.add({"migrations", true, [this, done = false, files = all_migrations(service_)]() mutable {
                 if (done) return std::string();
                 auto missing = db::pending(options_.database.url, files);
                 done = missing.empty();
                 return missing;
               }});
  // Not required: without the broker events wait in the outbox.
  health_.add({"broker", false, [&relay] { return relay.probe(); }});
}

std::unique_ptr<http::Client> Process::make_client(const std::string& peer) {
  const auto found = options_.peers.find(peer);
  if (found == options_.peers.end()) throw config::Error("peers." + peer + " is not a key of this service");
  if (found->second.empty()) return nullptr;
  http::ClientOptions client;
  client.base_url = found->second;
  client.token_file = options_.token_file;
  return std::make_unique<http::Client>(peer, client, metrics_);
}

std::shared_ptr<const identity::Revocations> Process::make_revocations() {
  identity::Revocations::Source source;
  if (service_.revocations) {
    source = service_.revocations(context_);
  } else if (std::shared_ptr<http::Client> user = make_client("user")) {
    source = [user](const std::string& since) {
      const auto answer = user->get("/internal/revocations?since=" + http::percent::encode(since),
                                    {"", Trace::start(), Deadline::in(REVOCATIONS_DEADLINE)});
      if (answer.status != 200) throw std::runtime_error("user answered " + std::to_string(answer.status));
      return identity::parse_revocations(json::parse(answer.body));
    };
  }
  return source ? std::make_shared<const identity::Revocations>(std::move(source), metrics_) : nullptr;
}

}  // namespace kit::runtime
