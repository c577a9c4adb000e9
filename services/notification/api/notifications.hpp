#pragma once
#include "services/kit/http/router.hpp"
#include "services/notification/store/notifications.hpp"
#include "services/notification/store/resends.hpp"

#include <functional>

namespace notification::api {

/// /api/notifications. `added` is called when there is a new mail to send. What is given must outlive the
/// router.
void add_notifications(kit::http::Router& router, store::Notifications& notifications,
                       store::Resends& resends, std::function<void()> added);

}  // namespace notification::api
