#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/notification/notices/notification_store.hpp"
#include "services/notification/notices/resend_store.hpp"

#include <functional>

namespace notification::api {

/// /api/notifications. `added` is called when there is a new mail to send. What is given must outlive the
/// router.
void add_notifications(kit::http::Router& router, store::Notifications& notifications,
                       store::Resends& resends, std::function<void()> added);

}  // namespace notification::api
