#include "services/kit/runtime/app.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/db/statistics.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/memory/release_memory.hpp"
#include "services/kit/runtime/operations.hpp"
#include "services/kit/runtime/options.hpp"
#include "services/kit/threads/periodic.hpp"

#include <pthread.h>
#include <sysexits.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

namespace kit::runtime {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // Opening a folder succeeds and only reading fails. Inserting an empty file fails too, but is valid.
  if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file.is_open() || file.bad() || text.fail()) throw config::Error(path + " cannot be read");
  return text.str();
}

/// The signals that `serve` waits for, blocked in all threads so that only sigwait receives them.
sigset_t block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

/// The service's migrations, after the kit's own.
std::vector<EmbeddedFile> all_migrations(const Service& service) {
  std::vector<EmbeddedFile> out{messaging::MIGRATION};
  out.insert(out.end(), service.migrations.begin(), service.migrations.end());
  return out;
}

constexpr std::chrono::milliseconds HEALTH_INTERVAL{500};
constexpr std::chrono::minutes MEMORY_INTERVAL{1};

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
  std::unique_ptr<http::Client> make_client(const std::string& service);
  void drain(http::Server& api, http::Server& ops);

  const Service& service_;
  const Options& options_;
  Metrics metrics_;
  Health health_;
  db::Database database_;
  Context context_;
};

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
               [this](const std::string& service) { return make_client(service); },
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
  if (auto source = service_.revocations(context_))
    context_.revocations = std::make_shared<const identity::Revocations>(std::move(source), metrics_);
  const auto running = service_.build(context_, api, internal);

  auto public_gate = access::public_gate(context_.gate, api, context_.revocations);
  auto internal_options = options_.internal;
  internal_options.rules = service_.permissions;
  auto internal_gate = access::internal_gate(internal_options, internal);
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
  const Periodic memory({MEMORY_INTERVAL, MEMORY_INTERVAL, "memory could not be released"},
                        [](const std::stop_token&) { release_memory(); });
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

std::unique_ptr<http::Client> Process::make_client(const std::string& service) {
  const auto& url = options_.clients.at(service);
  if (url.empty()) return nullptr;
  http::ClientOptions client;
  client.base_url = url;
  client.token_file = options_.token_file;
  return std::make_unique<http::Client>(service, client, metrics_);
}

int execute(const Invocation& invocation, const Service& service, const Options& options,
            const sigset_t& signals) {
  if (invocation.command == "check-config") {
    std::puts("the configuration is valid");
  } else if (invocation.command == "migrate") {
    const int applied = db::migrate(options.database.url, all_migrations(service));
    log::info("migrated", {{"applied", applied}});
  } else if (invocation.command == "sample-data") {
    Process process(service, options);
    service.sample_data(process.context());
    log::info("sample data is present");
  } else if (invocation.command == "serve") {
    return Process(service, options).serve(signals);
  }
  for (const auto& own : service.commands)
    if (own.command.name == invocation.command)
      return own.run(Process(service, options).context(), invocation.operands);
  return 0;
}

int complain(const std::string& what, int code) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return code;
}

}  // namespace

int run(int argc, char** argv, const Service& service) {
  const auto signals = block_signals();
  const auto environment = config::environment();
  const auto variable = environment.find("SHOPKEEPER_CONFIG");
  std::vector<Command> commands{{"serve"}, {"migrate"}, {"sample-data"}, {"check-config"}, {"version"}};
  for (const auto& own : service.commands) commands.push_back(own.command);
  const auto parsed =
      parse_command(std::span<const char* const>(argv + 1, static_cast<std::size_t>(argc - 1)),
                    variable == environment.end() ? "" : variable->second, commands);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) return complain(*complaint, EX_USAGE);
  const auto& invocation = std::get<Invocation>(parsed);
  if (invocation.command == "version") {
    std::printf("shopkeeper-%s %s\n", service.name.c_str(), SHOPKEEPER_VERSION);
    return 0;
  }

  log::configure(service.name, log::Level::Info);
  try {
    Options options;
    config::Binder binder;
    bind(binder, options, service.name, service.clients);
    service.configure(binder);
    binder.load(invocation.config.empty() ? "" : read_file(invocation.config), invocation.config,
                environment);
    log::set_level(options.log_level);
    return execute(invocation, service, options, signals);
  } catch (const config::Error& e) {
    return complain(std::string("wrong configuration: ") + e.what(), EX_CONFIG);
  } catch (const std::exception& e) {
    log::error("failed", {{"error", e.what()}});
    return 1;
  }
}

}  // namespace kit::runtime
