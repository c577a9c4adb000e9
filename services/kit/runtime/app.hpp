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
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kit::runtime {

/// What every service has, configured and running; handed to the service to build itself on.
struct Context {
  std::string service;
  std::string access;  ///< "Open" or "Authenticated"
  Currency currency;
  Metrics& metrics;
  Health& health;
  db::Database& database;
  messaging::BrokerOptions broker;
  /// A client for another service by its key under `peers` ("user"); its token is ours. Null for an optional
  /// peer that is not set.
  std::function<std::unique_ptr<http::Client>(const std::string& peer)> client;
  access::GateOptions gate;  ///< what access tokens are like: who signs them must make them so
  /// For what goes on longer than a request; null where tokens count until they expire.
  std::shared_ptr<const identity::Revocations> revocations = {};
};

/// What a running service keeps alive: its handlers' state, consumers, background tasks. Destroyed after the
/// drain.
class Running {
 public:
  virtual ~Running() = default;
};

/// A service, as its main.cpp wires it.
struct Service {
  std::string name;
  const std::vector<EmbeddedFile>& migrations;      ///< without 000_events.sql, which comes from kit
  std::span<const access::Rule> permissions;        ///< who may call which route
  const std::vector<messaging::Reader>& consumers;  ///< the queues that its events must reach
  /// Services that it calls: each is a key `peers.<name>` that must be set.
  std::vector<std::string> peers = {};
  /// Binds keys of its own. Called before everything else.
  std::function<void(config::Binder&)> configure = [](config::Binder&) {};
  /// Builds the service: registers its routes with `api` (public) and `internal` (/internal/**).
  std::function<std::unique_ptr<Running>(Context&, http::Router& api, http::Router& internal)> build;
  /// The problem that a domain error stands for; returns nullopt for any other exception. May be empty.
  http::ErrorMapper map_error = {};
  /// Fills an empty database with the sample shop; does nothing where there is data already.
  std::function<void(Context&)> sample_data = [](Context&) {};
  /// Services that it calls when `peers.<name>` is set, and does without otherwise.
  std::vector<std::string> optional_peers = {};
  /// Where revoked access tokens are known from, for the service that keeps the list itself. The others ask
  /// `peers.user` when it is set, and otherwise take tokens until they expire.
  std::function<identity::Revocations::Source(Context&)> revocations = {};
  /// Commands beside those of all; run with the context and the operands, returns the exit code.
  struct Own {
    OwnCommand command;
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
