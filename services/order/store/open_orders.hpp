#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/threads/periodic.hpp"

namespace order {

/// Counts, on a thread of its own, what is still under way, for metrics: orders_open{state}, with `settling`
/// for orders that have ended or were confirmed and owe something. Reads an index of due orders only.
class OpenOrders {
 public:
  OpenOrders(kit::db::Database& database, kit::Metrics& metrics);

 private:
  kit::Periodic periodic_;
};

}  // namespace order
