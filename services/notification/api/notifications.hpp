#pragma once
#include "services/kit/http/router.hpp"
#include "services/notification/store/notifications.hpp"

namespace notification::api {

/// /api/notifications. `notifications` must outlive the router.
void add_notifications(kit::http::Router& router, store::Notifications& notifications);

}  // namespace notification::api
