#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/notification/mail/options.hpp"
#include "services/notification/mail/smtp.hpp"
#include "services/notification/store/notification_store.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace notification {

/// Sends due mails one after the other on a thread of its own. Each mail at most once: one that the server
/// may have accepted is never sent again (see migrations/001_notifications.sql). Metrics:
/// notification_mails_total{kind,result=accepted|refused|failed|uncertain},
/// notification_mail_duration_seconds, notification_mails_waiting, notification_mails_oldest_seconds.
class Sender {
 public:
  Sender(const EmailOptions& options, NotificationStore& notifications, kit::Metrics& metrics);
  /// Aborts the transfer under way, or waits for the server's reply if the whole mail was sent.
  ~Sender();

  /// Tells the thread that there is a new mail. Thread-safe.
  void wake();

 private:
  void run();
  bool send_one();
  Attempt attempt(const Claim& claim);
  void finish(const Claim& claim, const Attempt& result);
  void recover_and_measure();
  /// Until woken or `time` has passed. Returns false when the sender is stopping.
  bool wait(std::chrono::milliseconds time);

  EmailOptions options_;
  NotificationStore& notifications_;
  kit::Metrics& metrics_;
  Smtp smtp_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace notification
