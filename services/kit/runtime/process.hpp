#pragma once
#include "services/kit/runtime/app.hpp"
#include "services/kit/runtime/options.hpp"

#include <csignal>
#include <vector>

namespace kit::runtime {

/// The service's migrations, after the kit's own.
std::vector<EmbeddedFile> all_migrations(const Service& service);

/// The parts of a running service, in the order of their construction. `service` and `options` must outlive
/// it.
class Process {
 public:
  Process(const Service& service, const Options& options);

  Context& context() { return context_; }

  /// Serves until SIGTERM or SIGINT, then drains. SIGUSR1 and SIGUSR2 change the log level. All of `signals`
  /// must be blocked. Returns the exit code.
  int serve(const sigset_t& signals);

 private:
  void add_checks(const messaging::Relay& relay);
  http::ServerOptions server_options(http::ServerOptions options, const char* name) const;
  access::InternalGateOptions internal_gate_options() const;
  std::unique_ptr<http::Client> make_client(const std::string& peer);
  std::shared_ptr<const identity::Revocations> make_revocations();
  void drain(http::Server& api, http::Server& ops);

  const Service& service_;
  const Options& options_;
  Metrics metrics_;
  Health health_;
  db::Database database_;
  Context context_;
};

}  // namespace kit::runtime
