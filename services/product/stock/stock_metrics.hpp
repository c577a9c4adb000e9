#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/metrics/metrics.hpp"

namespace product {

/// Adds gauges of the whole shop's stock: stock_units{state=available|reserved}, products_low_stock,
/// products_on_sale. Every replica shows the same (take the maximum, not the sum). A scrape reads them from
/// the database, at most every 15 s. Both must outlive the last scrape.
void add_stock_metrics(kit::db::Database& database, kit::Metrics& metrics);

}  // namespace product
