#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/events/event.hpp"

#include <string>
#include <vector>

namespace product {

/// What other services tell that matters to reviews: who bought what, who gave it back, and who is erased.
class Purchases {
 public:
  explicit Purchases(kit::db::Database& database) : database_(database) {}

  /// The types that `handle` knows.
  static std::vector<std::string> types();

  /// Takes the event in, once, however often it comes, and in whatever order: an order taken back stays so,
  /// and so does an erasure. Throws events::Unreadable for what lacks its data, and db::Unavailable.
  void handle(const kit::events::Event& event);

 private:
  kit::db::Database& database_;
};

}  // namespace product
