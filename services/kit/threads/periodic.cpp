#include "services/kit/threads/periodic.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/threads/pause.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/random.hpp"

namespace kit {
namespace {

void run(const std::stop_token& stop, const Periodic::Options& options, const Periodic::Round& round) {
  Backoff backoff(options.pause, std::max(options.pause, options.longest));
  while (!stop.stop_requested()) {
    auto wait = options.pause + random_between(std::chrono::milliseconds(0), options.jitter);
    try {
      round(stop);
      backoff.reset();
    } catch (const std::exception& e) {
      wait = backoff.next();
      log::warn(options.complaint, {{"error", e.what()}});
    }
    pause(wait, stop);
  }
}

}  // namespace

Periodic::Periodic(Options options, Round round)
    : thread_([options = std::move(options), round = std::move(round)](const std::stop_token& stop) {
        run(stop, options, round);
      }) {}

}  // namespace kit
