#include "services/kit/runtime/options.hpp"

#include "services/kit/config/server_url.hpp"
#include "services/kit/money/money.hpp"

namespace kit::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool loopback(const std::string& address) {
  return address == "::1" || address == "localhost" || address.starts_with("127.");
}

void bind_servers(config::Binder& binder, Options& o) {
  binder.text("http.address", o.http.address);
  binder.integer("http.port", o.http.port, 0, 65535);
  binder.integer("http.reactors", o.http.reactors, 1, 16);
  binder.integer("http.workers", o.http.workers, 1, 128);
  binder.integer("http.queue", o.http.queue, 1, 10000);
  binder.integer("http.max_request_bytes", o.http.max_request_bytes, 4096, 256 * 1024);
  binder.duration("http.deadline", o.http.deadline, milliseconds(100), minutes(1));
  binder.duration("http.drain", o.http.drain, milliseconds(0), minutes(5));
  binder.duration("http.drain_delay", o.drain_delay, milliseconds(0), minutes(1));
  o.ops.address = "127.0.0.1";
  o.ops.port = 9090;
  o.ops.reactors = 1;
  binder.text("ops.address", o.ops.address);
  binder.integer("ops.port", o.ops.port, 0, 65535);
  binder.rule([&o] {
    o.ops.workers = o.http.workers;
    o.ops.queue = o.http.queue;
    o.ops.drain = o.http.drain;
    o.ops.deadline = o.http.deadline;
    const bool clash = o.http.port != 0 && o.http.port == o.ops.port;
    return std::string(clash ? "ops.port must differ from http.port" : "");
  });
}

/// Required, and unambiguous for every parser of URLs.
void bind_url_rules(config::Binder& binder, const std::string& key, const std::string& alias,
                    const std::string& url) {
  binder.rule(
      [&url, key, alias] { return url.empty() ? key + " must be set (or " + alias + ")" : std::string(); });
  binder.rule([&url, key] {
    const auto complaint = config::password_complaint(url);
    return complaint.empty() ? complaint : key + " " + complaint;
  });
}

void bind_stores(config::Binder& binder, Options& o) {
  binder.secret("database.url", o.database.url);
  binder.alias("database.url", "DATABASE_URL");
  binder.integer("database.pool", o.database.pool, 1, 128);
  binder.duration("database.connect_timeout", o.database.connect_timeout, milliseconds(100), minutes(1));
  binder.duration("database.statement_timeout", o.database.statement_timeout, milliseconds(100), minutes(5));
  binder.secret("messaging.url", o.broker.url);
  binder.alias("messaging.url", "AMQP_URL");
  binder.text("messaging.exchange", o.broker.exchange);
  bind_url_rules(binder, "database.url", "DATABASE_URL", o.database.url);
  bind_url_rules(binder, "messaging.url", "AMQP_URL", o.broker.url);
}

void bind_access(config::Binder& binder, Options& o) {
  binder.choice("access", o.access, {"Authenticated", "Open"});
  binder.text("auth.jwks_file", o.gate.jwks_file);
  binder.text("auth.issuer", o.gate.issuer);
  binder.text("auth.audience", o.gate.audience);
  binder.text("internal.issuer_keys_file", o.internal.issuer_keys_file);
  binder.text("internal.issuer", o.internal.issuer);
  binder.text("internal.audience", o.internal.audience);
  binder.text("internal.token_file", o.token_file);
  binder.rule([&o] {
    o.gate.access = o.access;
    o.internal.token_file = o.token_file;
    const bool exposed = o.internal.issuer_keys_file.empty() && !loopback(o.ops.address);
    return std::string(
        exposed
            ? "ops.address must be a loopback address while internal.issuer_keys_file is not set: without "
              "the issuer's keys nobody's calls can be checked"
            : "");
  });
}

void bind_client(config::Binder& binder, Options& o, const std::string& service,
                 const std::string& standard) {
  auto& url = o.clients[service] = standard;
  const std::string key = "peers." + service;
  binder.text(key, url);
  binder.rule([&url, key, required = !standard.empty()] {
    const bool good = url.empty() ? !required : url.starts_with("http://") && url.size() > 7;
    return good ? std::string() : key + " must be the service's address, such as http://127.0.0.1:9090";
  });
}

}  // namespace

void bind(config::Binder& binder, Options& o, const std::string& service,
          const std::map<std::string, std::string>& clients) {
  o.gate.service = service;
  o.internal.service = service;
  bind_servers(binder, o);
  bind_stores(binder, o);
  bind_access(binder, o);
  binder.text("currency", o.currency);
  binder.rule([&o] {
    return Currency::parse(o.currency) ? std::string()
                                       : "currency must be an ISO 4217 code that is known here, such as USD";
  });
  binder.choice("log.level", o.log_level, {"debug", "info", "warn", "error"});
  for (const auto& [name, url] : clients) bind_client(binder, o, name, url);
}

}  // namespace kit::runtime
