#include "services/notification/errors/problems.hpp"

#include "services/notification/errors/errors.hpp"

namespace notification {

std::optional<kit::Problem> problem_of(const std::exception_ptr& error) try {
  std::rethrow_exception(error);
} catch (const NotificationNotFound&) {
  return kit::problem::not_found("Notification not found");
} catch (const ResendRefused& refused) {
  return kit::problem::conflict("Cannot be sent again", refused.what()).with("state", refused.status);
} catch (...) {
  return std::nullopt;
}

}  // namespace notification
