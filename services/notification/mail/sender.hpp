#pragma once
#include "services/kit/metrics/metrics.hpp"
#include "services/notification/mail/options.hpp"
#include "services/notification/mail/smtp.hpp"
#include "services/notification/notices/notification_store.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace notification {

/// Sends what is due, on a thread of its own, one mail after the other. Each mail at most once: what may have
/// been taken by the server is never sent again (see migrations/001_notifications.sql). Metrics:
/// notification_mails_total{kind,result=accepted|refused|failed|uncertain},
/// notification_mail_duration_seconds, notification_mails_waiting, notification_mails_oldest_seconds.
class Sender {
 public:
  Sender(const EmailOptions& options, store::Notifications& notifications, kit::Metrics& metrics);
  /// Breaks off the mail at hand unless its end was sent already; then it waits for the reply.
  ~Sender();

  /// There is something new to send.
  void wake();

 private:
  void run();
  bool send_one();
  Attempt try_once(const store::Claim& claim);
  void finish(const store::Claim& claim, const Attempt& attempt);
  void look_after();
  /// False when it is time to end.
  bool wait(std::chrono::milliseconds time);

  EmailOptions options_;
  store::Notifications& notifications_;
  kit::Metrics& metrics_;
  Smtp smtp_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace notification
