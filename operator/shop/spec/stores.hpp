#pragma once
// Internal to the reader of the spec.
#include "operator/shop/spec/spec.hpp"

namespace shop {

class SpecReader;

/// The field "resources".
Resources read_resources(SpecReader& parent);
/// spec.database and spec.messaging, of `parent`, which is spec.
void read_database(SpecReader& parent, Spec& spec);
void read_messaging(SpecReader& parent, Spec& spec);

}  // namespace shop
