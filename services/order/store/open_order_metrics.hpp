#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/threads/periodic.hpp"

namespace order {

/// The metric orders_open{state}, counted on a thread of its own; `settling`: orders that ended or were
/// confirmed and still owe stock or money. Reads the index of due orders only.
class OpenOrderMetrics {
 public:
  OpenOrderMetrics(kit::db::Database& database, kit::Metrics& metrics);

 private:
  kit::Periodic periodic_;
};

}  // namespace order
