#include "services/kit/runtime/app.hpp"

#include "services/kit/db/migrate.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/runtime/command.hpp"
#include "services/kit/runtime/process.hpp"

#include <pthread.h>
#include <sysexits.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

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
      log::info("sample data is present");
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
