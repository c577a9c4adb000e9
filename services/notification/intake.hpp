#pragma once
#include "services/kit/events/event.hpp"
#include "services/notification/store/notifications.hpp"
#include "services/notification/store/people.hpp"

#include <string>
#include <vector>

namespace notification {

/// What events lead to. Thread-safe.
class Intake {
 public:
  /// `send`: mails are to be sent, not only written down.
  Intake(store::Notifications& notifications, store::People& people, bool send)
      : notifications_(notifications), people_(people), send_(send) {}

  /// The routing keys of what `handle` is for.
  static std::vector<std::string> types();
  /// True when there is a new mail to send. Does nothing for an event of any other type. Throws
  /// kit::events::Unreadable for one that lacks what it must have.
  bool handle(const kit::events::Event& event);

 private:
  store::Notifications& notifications_;
  store::People& people_;
  bool send_;
};

}  // namespace notification
