#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/notification/store/notification_store.hpp"
#include "services/notification/store/resend_store.hpp"

#include <functional>

namespace notification {

/// /api/notifications, for staff.
class NotificationRoutes final {
 public:
  /// `on_resend` is called after a mail was written to be sent again.
  NotificationRoutes(const NotificationStore& notifications, const ResendStore& resends,
                     std::function<void()> on_resend)
      : notifications_(notifications), resends_(resends), on_resend_(std::move(on_resend)) {}

  void add_to(kit::http::Router& router) const;

 private:
  kit::http::Response list(const kit::http::Request& request) const;
  kit::http::Response show(const kit::http::Request& request) const;
  kit::http::Response resend(const kit::http::Request& request) const;

  const NotificationStore& notifications_;
  const ResendStore& resends_;
  const std::function<void()> on_resend_;
};

}  // namespace notification
