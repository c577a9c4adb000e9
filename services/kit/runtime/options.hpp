#pragma once
#include "services/kit/access/gatekeeper.hpp"
#include "services/kit/config/config.hpp"
#include "services/kit/db/database.hpp"
#include "services/kit/http/server/server.hpp"
#include "services/kit/messaging/outbox.hpp"

#include <chrono>
#include <map>
#include <string>

namespace kit::runtime {

/// The keys that every service has; README.md lists them.
struct Options {
  std::string access = "Authenticated";
  std::string currency = "USD";
  std::string log_level = "info";
  http::ServerOptions http;
  http::ServerOptions ops;
  /// Between "not ready" and the end of accepting, so that load balancers notice.
  std::chrono::milliseconds drain_delay{0};
  db::DatabaseOptions database;
  messaging::BrokerOptions broker;
  access::GateOptions gate;
  access::InternalGateOptions internal;
  std::string token_file;
  std::map<std::string, std::string> clients;  ///< base URL by service; empty: not set
};

/// Binds them with the rules between them. `options` must outlive the binder; `clients` as Service::clients.
void bind(config::Binder& binder, Options& options, const std::string& service,
          const std::map<std::string, std::string>& clients);

}  // namespace kit::runtime
