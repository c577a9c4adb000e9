#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/notification/mail/options.hpp"
#include "services/notification/mail/smtp.hpp"
#include "services/notification/store/notification_store.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace notification {

/// Sends due mails one after the other on a thread of its own. Its end aborts the transfer under way, or
/// waits for the server's reply if the whole mail was sent. Each mail at most once: one that the server may
/// have accepted is never sent again (see migrations/001_notifications.sql). Metrics:
/// notification_mails_total{kind,result=accepted|refused|failed|uncertain},
/// notification_mail_duration_seconds, notification_mails_waiting, notification_mails_oldest_seconds.
class Sender {
 public:
  Sender(const EmailOptions& options, NotificationStore& notifications, kit::Metrics& metrics);

  /// Tells the thread that there is a new mail. Thread-safe.
  void wake();

 private:
  void run(const std::stop_token& stop);
  bool send_one(const std::stop_token& stop);
  Attempt attempt(const Claim& claim, const std::stop_token& stop);
  void finish(const Claim& claim, const Attempt& result, const std::stop_token& stop);
  void recover_and_measure();
  /// Until woken or `time` has passed. Returns false when the sender is stopping.
  bool wait(std::chrono::milliseconds time, const std::stop_token& stop);

  EmailOptions options_;
  NotificationStore& notifications_;
  kit::Metrics& metrics_;
  Smtp smtp_;
  std::mutex lock_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  std::jthread thread_;  // last: it ends before the members that it uses are destroyed
};

}  // namespace notification
