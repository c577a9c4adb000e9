#include "services/notification/mail/sender.hpp"

#include "services/kit/log/log.hpp"
#include "services/kit/time/backoff.hpp"
#include "services/kit/time/deadline.hpp"
#include "services/kit/time/random.hpp"
#include "services/kit/trace/trace.hpp"

namespace notification {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds POLL{500};            // for what fell due, or another replica wrote
constexpr seconds LOOK_AFTER{5};             // recovery and the gauge
constexpr seconds LEASE_BEYOND_TIMEOUT{60};  // so that a claim does not run out while its mail is on the wire

const char* result_name(Attempt::Result result) {
  switch (result) {
    case Attempt::Result::Accepted:
      return "accepted";
    case Attempt::Result::Refused:
      return "refused";
    case Attempt::Result::Failed:
      return "failed";
    case Attempt::Result::Uncertain:
      return "uncertain";
  }
  return "failed";
}

seconds lease(const EmailOptions& options) {
  return std::chrono::ceil<seconds>(options.timeout) + LEASE_BEYOND_TIMEOUT;
}

}  // namespace

Sender::Sender(const EmailOptions& options, store::Notifications& notifications, kit::Metrics& metrics)
    : options_(options), notifications_(notifications), metrics_(metrics), smtp_(options), thread_([this] {
        run();
      }) {}

Sender::~Sender() {
  {
    const std::lock_guard guard(lock_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Sender::wake() {
  {
    const std::lock_guard guard(lock_);
    woken_ = true;
  }
  changed_.notify_all();
}

bool Sender::wait(milliseconds time) {
  std::unique_lock guard(lock_);
  changed_.wait_for(guard, time, [this] { return woken_ || stop_; });
  woken_ = false;
  return !stop_;
}

void Sender::run() {
  kit::Backoff backoff(milliseconds(200), seconds(10));
  auto look_after_at = std::chrono::steady_clock::now();
  milliseconds pause{0};
  while (wait(pause)) {
    try {
      if (std::chrono::steady_clock::now() >= look_after_at) {
        look_after();
        look_after_at = std::chrono::steady_clock::now() + LOOK_AFTER;
      }
      pause = send_one() ? milliseconds(0) : POLL;
      backoff.reset();
    } catch (const std::exception& e) {
      // The database is away: nothing was claimed, or the claim runs out and is recovered.
      kit::log::warn("mails wait", {{"error", e.what()}});
      pause = backoff.next();
    }
  }
}

void Sender::look_after() {
  if (const int found = notifications_.recover(); found > 0)
    kit::log::warn("mails taken up that another sender left", {{"mails", found}});
  const auto backlog = notifications_.waiting();
  metrics_.gauge("notification_mails_waiting", "Mails that are to be sent, at the last look.")
      .Set(backlog.count);
  metrics_
      .gauge("notification_mails_oldest_seconds",
             "Age of the mail that waits longest to be sent, at the last look.")
      .Set(backlog.oldest_s);
}

bool Sender::send_one() {
  const auto claim = notifications_.claim(lease(options_));
  if (!claim) return false;
  const kit::log::Scope scope("", kit::Trace::follow(claim->traceparent).trace_id);
  const auto attempt = try_once(*claim);
  metrics_
      .counter("notification_mails_total", "Tries to hand a mail to the server, by how they ended.",
               {{"kind", claim->notice.kind}, {"result", result_name(attempt.result)}})
      .Increment();
  finish(*claim, attempt);
  return true;
}

Attempt Sender::try_once(const store::Claim& claim) {
  if (claim.expired) return {Attempt::Result::Refused, "its token expired before it could be sent"};
  try {
    const auto from = options_.sender();
    const auto message = to_mime(compose(claim.notice, options_.public_url), from,
                                 message_id(claim.event_id, from), std::chrono::system_clock::now());
    const auto start = std::chrono::steady_clock::now();
    auto attempt = smtp_.send(
        claim.notice.to, message, [&] { return notifications_.hand_over(claim); }, stop_);
    metrics_.histogram("notification_mail_duration_seconds", "How long handing one mail to the server took.")
        .Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    return attempt;
  } catch (const std::exception& e) {
    return {Attempt::Result::Refused, std::string("it cannot be written: ") + e.what()};
  }
}

void Sender::finish(const store::Claim& claim, const Attempt& attempt) {
  const bool again = attempt.result == Attempt::Result::Failed;
  const auto retry_in = again ? retry_delay(options_.retry, claim.attempt, kit::random_fraction())
                              : std::optional<milliseconds>();
  if (attempt.result == Attempt::Result::Accepted) {
    kit::log::info("mail sent", {{"notification", claim.id}, {"kind", claim.notice.kind}});
  } else {
    kit::log::warn("mail not sent", {{"notification", claim.id},
                                     {"result", result_name(attempt.result)},
                                     {"attempt", claim.attempt},
                                     {"retry_in_ms", retry_in ? retry_in->count() : -1},
                                     {"error", attempt.error}});
  }
  // What became of it must be written down: else it would come to stand as uncertain. So it is tried while
  // the claim lasts.
  kit::Backoff backoff(milliseconds(100), seconds(5));
  const auto until = kit::Deadline::in(LEASE_BEYOND_TIMEOUT);
  for (;;) {
    try {
      return notifications_.finish(claim, attempt, retry_in);
    } catch (const std::exception& e) {
      kit::log::warn("the end of a mail cannot be written down yet", {{"error", e.what()}});
      if (until.passed() || !wait(backoff.next())) throw;
    }
  }
}

}  // namespace notification
