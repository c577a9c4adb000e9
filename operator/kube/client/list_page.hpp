#pragma once
#include "operator/kube/object/object.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace kube {

/// Parses JSON without metadata.managedFields, which often are the larger part of an object. The result is
/// discarded when the text is not JSON.
Object parse_without_managed_fields(std::string_view text);

struct ListPage {
  std::string resource_version;
  std::string next;  ///< the token of the next page; empty on the last one
};

/// Parses a page of a list and hands over its items one by one, with the apiVersion and kind that the server
/// leaves out, so that only one of them is in memory in its parsed form. Throws ApiError when the text is not
/// JSON.
ListPage parse_list_page(std::string_view text, const ResourceType& type,
                         const std::function<void(Object)>& each);

}  // namespace kube
