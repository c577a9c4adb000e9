#pragma once
#include "services/kit/db/database.hpp"
#include "services/kit/money/money.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace product {

struct SampleCategory {
  std::string_view slug;
  std::string_view parent;  ///< a slug listed before it; "" for a root
  std::string_view name;
};

struct SampleProduct {
  std::string_view name;
  std::int64_t cents;  ///< price in hundredths of a unit
  std::string_view category;
  std::string_view description;
};

std::span<const SampleCategory> sample_categories();
/// In order of id, from 1.
std::span<const SampleProduct> sample_products();

/// Fills an empty catalog with the sample shop: 100 of each product in stock, less those that the sample
/// orders 1 (Laptop) and 2 (Smartphone) bought. Leaves a catalog with products unchanged. Safe to run
/// concurrently.
void fill_sample_data(kit::db::Database& database, kit::Currency currency);

}  // namespace product
