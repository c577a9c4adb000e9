#pragma once
#include "services/kit/access/gatekeeper.hpp"
#include "services/kit/config/config.hpp"
#include "services/kit/db/database.hpp"
#include "services/kit/embedded.hpp"
#include "services/kit/health/health.hpp"
#include "services/kit/http/client/client.hpp"
#include "services/kit/http/server/server.hpp"
#include "services/kit/messaging/outbox.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/kit/money/money.hpp"
#include "services/kit/runtime/command.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace kit::runtime {

/// What every service uses, configured and running.
struct Context {
  std::string service;
  std::string access;  ///< "Open" or "Authenticated"
  Currency currency;
  Metrics& metrics;
  Health& health;
  db::Database& database;
  messaging::BrokerOptions broker;
  /// Makes a client for one of Service::clients ("user"). Null when an optional one is not set.
  std::function<std::unique_ptr<http::Client>(const std::string& service)> client;
  access::GateOptions gate;  ///< issuer, audience and keys of access tokens
  /// For connections that outlive a request; null when tokens are valid until they expire.
  std::shared_ptr<const identity::Revocations> revocations = {};
};

/// A running service's handlers, consumers and background tasks. Destroyed after the drain.
class Running {
 public:
  virtual ~Running() = default;
};

/// A service, as its main.cpp wires it.
struct Service {
  std::string name;
  const std::vector<EmbeddedFile>& migrations;             ///< without 000_events.sql, which comes from kit
  std::span<const access::Rule> permissions;               ///< who may call which route
  const std::vector<messaging::ConsumerQueue>& consumers;  ///< the queues that its events must reach
  /// Services that it calls, each with the default of its configuration key `peers.<service>`, a base URL.
  /// With an empty default the key is optional.
  std::map<std::string, std::string> clients = {};
  /// Binds its own configuration keys. Called first.
  std::function<void(config::Binder&)> configure = [](config::Binder&) {};
  /// Builds the service and adds its routes to `api` (public) and `internal` (/internal/**).
  std::function<std::unique_ptr<Running>(Context&, http::Router& api, http::Router& internal)> build;
  /// The problem that a domain error stands for; returns nullopt for any other exception. May be empty.
  http::ErrorMapper map_error = {};
  /// Fills an empty database with the sample shop; does nothing when there is data.
  std::function<void(Context&)> sample_data = [](Context&) {};
  /// The source of revoked access tokens; while it is empty, tokens are valid until they expire.
  std::function<identity::Revocations::Source(Context&)> revocations = [](Context&) {
    return identity::Revocations::Source();
  };
  /// Its own commands; `run` returns the exit code.
  struct Own {
    Command command;
    std::function<int(Context&, const std::vector<std::string>& operands)> run;
  };
  std::vector<Own> commands = {};
};

/// The program: `serve` (default), `migrate`, `sample-data`, `check-config`, `version`, and the service's own
/// commands; `--config FILE` (else
/// SHOPKEEPER_CONFIG, else defaults). Returns the exit code: 0, 1 when it failed, 64 for wrong usage, 78 for
/// wrong configuration (one line on standard error names the key). `serve` runs until SIGTERM or SIGINT, then
/// drains and returns 0. SIGUSR1 makes the log more talkative (debug), SIGUSR2 sets it back.
int run(int argc, char** argv, const Service& service);

}  // namespace kit::runtime
