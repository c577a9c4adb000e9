#include "services/notification/sending/sender.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/deadline.hpp"
#include "services/kit/time/random.hpp"
#include "services/kit/trace/trace.hpp"

#include <array>

namespace notification {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds POLL_INTERVAL{500};   // for retries that fall due and mails of other replicas
constexpr seconds RECOVERY_INTERVAL{5};      // also of the gauges
constexpr seconds LEASE_BEYOND_TIMEOUT{60};  // so that no claim expires during its transfer

// In the order of the enumerators.
constexpr std::array RESULTS{"accepted", "refused", "failed", "uncertain"};

const char* result_name(Attempt::Result result) { return RESULTS.at(static_cast<std::size_t>(result)); }

seconds lease(const EmailOptions& options) {
  return std::chrono::ceil<seconds>(options.timeout) + LEASE_BEYOND_TIMEOUT;
}

}  // namespace

Sender::Sender(const EmailOptions& options, NotificationStore& notifications, kit::Metrics& metrics)
    : options_(options),
      notifications_(notifications),
      metrics_(metrics),
      smtp_(options),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Sender::wake() {
  {
    const std::lock_guard guard(lock_);
    woken_ = true;
  }
  changed_.notify_all();
}

bool Sender::wait(milliseconds time, const std::stop_token& stop) {
  std::unique_lock guard(lock_);
  changed_.wait_for(guard, stop, time, [this] { return woken_; });
  woken_ = false;
  return !stop.stop_requested();
}

void Sender::run(const std::stop_token& stop) {
  kit::Backoff backoff(milliseconds(200), seconds(10));
  auto recovery_due = std::chrono::steady_clock::now();
  milliseconds pause{0};
  while (wait(pause, stop)) {
    try {
      if (std::chrono::steady_clock::now() >= recovery_due) {
        recover_and_measure();
        recovery_due = std::chrono::steady_clock::now() + RECOVERY_INTERVAL;
      }
      pause = send_one(stop) ? milliseconds(0) : POLL_INTERVAL;
      backoff.reset();
    } catch (const std::exception& e) {
      // Without the database nothing was claimed, or the claim expires and is recovered.
      kit::log::warn("mail sender cannot use the database", {{"error", e.what()}});
      pause = backoff.next();
    }
  }
}

void Sender::recover_and_measure() {
  if (const int found = notifications_.recover(); found > 0)
    kit::log::warn("expired claims of mails released", {{"mails", found}});
  const auto backlog = notifications_.backlog();
  metrics_.gauge("notification_mails_waiting", "Mails to be sent, as last counted.").Set(backlog.count);
  metrics_.gauge("notification_mails_oldest_seconds", "Age of the oldest mail to be sent, as last measured.")
      .Set(backlog.oldest_s);
}

bool Sender::send_one(const std::stop_token& stop) {
  const auto claim = notifications_.claim(lease(options_));
  if (!claim) return false;
  const kit::log::Scope scope("", kit::Trace::follow(claim->traceparent).trace_id);
  const auto result = attempt(*claim, stop);
  metrics_
      .counter("notification_mails_total", "Attempts to hand a mail to the server, by result.",
               {{"kind", claim->notice.kind}, {"result", result_name(result.result)}})
      .Increment();
  finish(*claim, result, stop);
  return true;
}

Attempt Sender::attempt(const Claim& claim, const std::stop_token& stop) {
  if (claim.expired) return {Attempt::Result::Refused, "its token expired before it could be sent"};
  try {
    const auto from = options_.sender();
    const auto message = to_mime(compose(claim.notice, options_.public_url), from,
                                 message_id(claim.event_id, from), std::chrono::system_clock::now());
    const auto start = std::chrono::steady_clock::now();
    auto result = smtp_.send(
        claim.notice.to, message, [&] { return notifications_.hand_over(claim); }, stop);
    metrics_.histogram("notification_mail_duration_seconds", "Duration of handing one mail to the server.")
        .Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    return result;
  } catch (const std::exception& e) {
    return {Attempt::Result::Refused, std::string("it cannot be composed: ") + e.what()};
  }
}

void Sender::finish(const Claim& claim, const Attempt& result, const std::stop_token& stop) {
  const bool again = result.result == Attempt::Result::Failed;
  const auto retry_in = again ? retry_delay(options_.retry, claim.attempt, kit::random_fraction())
                              : std::optional<milliseconds>();
  if (result.result == Attempt::Result::Accepted) {
    kit::log::info("mail sent", {{"notification", claim.id}, {"kind", claim.notice.kind}});
  } else {
    kit::log::warn("mail not sent", {{"notification", claim.id},
                                     {"result", result_name(result.result)},
                                     {"attempt", claim.attempt},
                                     {"retry_in_ms", retry_in ? retry_in->count() : -1},
                                     {"error", result.error}});
  }
  // An unwritten result would turn the mail's status into "uncertain", so it is retried while the claim
  // lasts.
  kit::Backoff backoff(milliseconds(100), seconds(5));
  const auto until = kit::Deadline::in(LEASE_BEYOND_TIMEOUT);
  for (;;) {
    try {
      return notifications_.finish(claim, result, retry_in);
    } catch (const std::exception& e) {
      kit::log::warn("a mail's result cannot be written yet", {{"error", e.what()}});
      if (until.passed() || !wait(backoff.next(), stop)) throw;
    }
  }
}

}  // namespace notification
