#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/metrics/metrics.hpp"

namespace product {

/// Looks after gauges of what the shop has: stock_units{state=available|reserved}, products_low_stock,
/// products_on_sale. They are of the whole shop, the same from each replica (take the maximum, not the sum),
/// and asked of the database when they are scraped, every 15 s at most. Both must outlive the last scrape.
void add_stock_metrics(kit::db::Database& database, kit::Metrics& metrics);

}  // namespace product
