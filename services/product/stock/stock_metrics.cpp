#include "services/product/stock/stock_metrics.hpp"

#include "services/kit/log/log.hpp"

#include <memory>
#include <mutex>

namespace product {
namespace {

using kit::db::Statement;
using kit::db::Transaction;

constexpr std::chrono::seconds REFRESH_PERIOD{15};
constexpr std::chrono::seconds READ_TIMEOUT{2};

constexpr Statement LEVELS{"stock_levels", R"(
  select coalesce(sum(s.on_hand - s.reserved), 0) as available, coalesce(sum(s.reserved), 0) as reserved,
         count(*) filter (where s.on_hand - s.reserved <= s.low_at) as low, count(*) as on_sale
  from stock s join products p on p.id = s.product_id where p.retired_at is null)"};

class Levels {
 public:
  Levels(kit::db::Database& database, kit::Metrics& metrics)
      : database_(database),
        available_(units(metrics, "available")),
        reserved_(units(metrics, "reserved")),
        low_(metrics.gauge("products_low_stock",
                           "Products on sale of which no more is available than their threshold.")),
        on_sale_(metrics.gauge("products_on_sale", "Products that are not retired.")) {}

  void refresh() {
    const std::unique_lock lock(lock_, std::try_to_lock);
    if (!lock || std::chrono::steady_clock::now() < due_) return;
    // Also after a failure, so that scrapes do not load a database in trouble.
    due_ = std::chrono::steady_clock::now() + REFRESH_PERIOD;
    try {
      database_.read("stock_levels", kit::Deadline::in(READ_TIMEOUT), [this](Transaction& tx) {
        const auto row = tx.exec(LEVELS)[0];
        available_.Set(row["available"].as<double>());
        reserved_.Set(row["reserved"].as<double>());
        low_.Set(row["low"].as<double>());
        on_sale_.Set(row["on_sale"].as<double>());
      });
    } catch (const std::exception& e) {
      kit::log::warn("stock levels cannot be read", {{"error", e.what()}});
    }
  }

 private:
  static prometheus::Gauge& units(kit::Metrics& metrics, const char* state) {
    return metrics.gauge("stock_units", "Pieces of products on sale, by whether they are held for orders.",
                         {{"state", state}});
  }

  kit::db::Database& database_;
  prometheus::Gauge& available_;
  prometheus::Gauge& reserved_;
  prometheus::Gauge& low_;
  prometheus::Gauge& on_sale_;
  std::mutex lock_;
  std::chrono::steady_clock::time_point due_{};
};

}  // namespace

void add_stock_metrics(kit::db::Database& database, kit::Metrics& metrics) {
  metrics.before_scrape([levels = std::make_shared<Levels>(database, metrics)] { levels->refresh(); });
}

}  // namespace product
