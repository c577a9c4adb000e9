#include "services/kit/runtime/app.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/db/statistics.hpp"
#include "services/kit/encoding/percent.hpp"
#include "services/kit/json/reader.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/runtime/command.hpp"
#include "services/kit/runtime/operations.hpp"
#include "services/kit/runtime/options.hpp"

#include <pthread.h>
#include <sysexits.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace kit::runtime {
namespace {

constexpr std::chrono::milliseconds HEALTH_PERIOD{500};
constexpr std::chrono::milliseconds REVOCATIONS_DEADLINE{1500};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // A folder opens, and only reading it fails; so does inserting an empty file, which is well.
  if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file.is_open() || file.bad() || text.fail()) throw config::Error(path + " cannot be read");
  return text.str();
}

/// The signals that `serve` waits for; blocked in every thread, so that only that wait takes them.
sigset_t block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

std::vector<EmbeddedFile> all_migrations(const Service& service) {
  std::vector<EmbeddedFile> out{messaging::MIGRATION};
  out.insert(out.end(), service.migrations.begin(), service.migrations.end());
  return out;
}

/// Everything that a running service is made of, in the order in which it must be taken down again
/// (backwards).
class Process {
 public:
  Process(const Service& service, const Options& options)
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

  Context& context() { return context_; }

  int serve(const sigset_t& signals) {
    metrics_
        .gauge("shopkeeper_build_info", "1, labelled with the version that runs.",
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
    http::Server public_server(with_mapper(options_.http, "api"), std::move(api), std::move(public_gate),
                               metrics_);
    http::Server ops_server(with_mapper(options_.ops, "ops"), std::move(internal), std::move(internal_gate),
                            metrics_);
    ops_server.start();
    public_server.start();
    log::info(
        "serving",
        {{"version", SHOPKEEPER_VERSION}, {"port", public_server.port()}, {"ops_port", ops_server.port()}});
    {
      const HealthLoop loop(health_);
      wait(signals);
      log::info("draining");
      health_.set_accepting(false);
      public_server.announce_end();
      ops_server.announce_end();
      std::this_thread::sleep_for(options_.drain_delay);
      int abandoned = public_server.drain();
      abandoned += ops_server.drain();
      log::info("stopped", {{"abandoned_requests", abandoned}});
    }
    return 0;
  }

 private:
  /// Keeps the health report fresh, so that probes need not wait for checks.
  class HealthLoop {
   public:
    explicit HealthLoop(Health& health)
        : thread_([this, &health] {
            std::unique_lock lock(lock_);
            while (!stop_) {
              lock.unlock();
              health.report();
              lock.lock();
              stopped_.wait_for(lock, HEALTH_PERIOD, [this] { return stop_; });
            }
          }) {}
    ~HealthLoop() {
      {
        const std::lock_guard lock(lock_);
        stop_ = true;
      }
      stopped_.notify_all();
      thread_.join();
    }

   private:
    std::mutex lock_;
    std::condition_variable stopped_;
    bool stop_ = false;
    std::thread thread_;
  };

  access::InternalGateOptions internal_gate_options() const {
    auto gate = options_.internal;
    gate.rules = service_.permissions;
    return gate;
  }

  http::ServerOptions with_mapper(http::ServerOptions options, const char* name) const {
    options.name = name;
    options.map_error = [own = service_.map_error](std::exception_ptr error) {
      auto problem = own ? own(error) : std::nullopt;
      return problem ? problem : map_error(error);
    };
    return options;
  }

  void add_checks(const messaging::Relay& relay) {
    health_.add({"database", true, [this] { return database_.probe(); }});
    health_.add({"migrations", true, [this, done = false, files = all_migrations(service_)]() mutable {
                   if (done) return std::string();
                   auto missing = db::pending(options_.database.url, files);
                   done = missing.empty();
                   return missing;
                 }});
    // Without the broker events wait in the outbox; requests are answered all the same.
    health_.add({"broker", false, [&relay] { return relay.probe(); }});
  }

  std::unique_ptr<http::Client> make_client(const std::string& peer) {
    const auto found = options_.peers.find(peer);
    if (found == options_.peers.end()) throw config::Error("peers." + peer + " is not a key of this service");
    if (found->second.empty()) return nullptr;
    http::ClientOptions client;
    client.base_url = found->second;
    client.token_file = options_.token_file;
    return std::make_unique<http::Client>(peer, client, metrics_);
  }

  std::shared_ptr<const identity::Revocations> make_revocations() {
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

  static void wait(const sigset_t& signals) {
    const std::string configured(log::level_name());
    for (;;) {
      int number = 0;
      sigwait(&signals, &number);
      if (number == SIGTERM || number == SIGINT) return;
      log::set_level(number == SIGUSR1 ? "debug" : configured);
      log::info("log level changed", {{"level", log::level_name()}});
    }
  }

  const Service& service_;
  const Options& options_;
  Metrics metrics_;
  Health health_;
  db::Database database_;
  Context context_;
};

int execute(const Invocation& invocation, const Service& service, const Options& options,
            const sigset_t& signals) {
  switch (invocation.command) {
    case Command::CheckConfig:
      std::puts("the configuration is valid");
      return 0;
    case Command::Migrate: {
      const int applied = db::migrate(options.database.url, all_migrations(service));
      log::info("migrated", {{"applied", applied}});
      return 0;
    }
    case Command::SampleData: {
      Process process(service, options);
      service.sample_data(process.context());
      log::info("sample data is there");
      return 0;
    }
    case Command::Own: {
      Process process(service, options);
      for (const auto& own : service.commands)
        if (own.command.name == invocation.own) return own.run(process.context(), invocation.operands);
      return EX_USAGE;
    }
    default:
      return Process(service, options).serve(signals);
  }
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
  std::vector<OwnCommand> own;
  for (const auto& one : service.commands) own.push_back(one.command);
  const auto parsed =
      parse_command(std::span<const char* const>(argv + 1, static_cast<std::size_t>(argc - 1)),
                    variable == environment.end() ? "" : variable->second, own);
  if (const auto* complaint = std::get_if<std::string>(&parsed)) return complain(*complaint, EX_USAGE);
  const auto& invocation = std::get<Invocation>(parsed);
  if (invocation.command == Command::Version) {
    std::printf("shopkeeper-%s %s\n", service.name.c_str(), SHOPKEEPER_VERSION);
    return 0;
  }

  log::configure(service.name, log::Level::Info);
  try {
    Options options;
    config::Binder binder;
    bind(binder, options, service.name, service.peers, service.optional_peers);
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
