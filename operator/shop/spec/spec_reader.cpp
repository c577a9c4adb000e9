#include "operator/shop/spec/spec_reader.hpp"

#include "operator/kube/quantity.hpp"

namespace shop {

SpecReader::SpecReader(const Json* object, std::string path, std::vector<std::string>& errors)
    : object_(object), path_(std::move(path)), errors_(errors) {
  if (object_ && !object_->is_object()) {
    errors_.push_back(path_ + " must be an object");
    object_ = nullptr;
  }
}

SpecReader::~SpecReader() {
  if (!object_) return;
  for (const auto& [field, value] : object_->items())
    if (!asked_.contains(field)) errors_.push_back(path_ + "." + field + " is not known to this operator");
}

const Json* SpecReader::find(const char* field) {
  asked_.insert(field);
  if (!object_) return nullptr;
  auto it = object_->find(field);
  return it == object_->end() || it->is_null() ? nullptr : &*it;
}

bool SpecReader::has(const char* field) const {
  return object_ && object_->contains(field) && !object_->at(field).is_null();
}

std::string SpecReader::text(const char* field, std::string otherwise) {
  const Json* value = find(field);
  if (!value) return otherwise;
  if (value->is_string()) return value->get<std::string>();
  complain(field, "must be text");
  return otherwise;
}

std::string SpecReader::required_text(const char* field) {
  auto value = text(field);
  if (value.empty()) complain(field, "is required");
  return value;
}

std::string SpecReader::choice(const char* field, std::initializer_list<const char*> allowed) {
  auto value = text(field, *allowed.begin());
  std::string names;
  for (const char* each : allowed) {
    if (value == each) return value;
    names += (names.empty() ? "" : ", ") + std::string(each);
  }
  complain(field, "must be one of " + names);
  return *allowed.begin();
}

bool SpecReader::flag(const char* field) {
  const Json* value = find(field);
  if (!value) return false;
  if (!value->is_boolean()) complain(field, "must be true or false");
  return value->is_boolean() && value->get<bool>();
}

int SpecReader::integer(const char* field, int otherwise, int min, int max) {
  const Json* value = find(field);
  if (!value) return otherwise;
  if (value->is_number_integer()) {
    auto number = value->get<std::int64_t>();
    if (number >= min && number <= max) return static_cast<int>(number);
  }
  complain(field, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return otherwise;
}

std::string SpecReader::size(const char* field, std::string otherwise) {
  auto value = text(field, std::move(otherwise));
  if (value.empty()) return value;
  auto quantity = kube::Quantity::parse(value);
  if (!quantity || quantity->ceil() <= 0) complain(field, "must be a size such as 8Gi");
  return value;
}

std::string SpecReader::cpu(const char* field) {
  auto value = text(field);
  if (value.empty()) return value;
  auto quantity = kube::Quantity::parse(value);
  if (!quantity || quantity->ceil() <= 0) complain(field, "must be an amount of cores such as 500m");
  return value;
}

std::vector<std::string> SpecReader::texts(const char* field) {
  std::vector<std::string> result;
  if (const Json* values = array(field)) {
    for (const auto& value : *values) {
      if (value.is_string() && !value.get_ref<const std::string&>().empty())
        result.push_back(value);
      else
        complain(field, "must hold names only");
    }
  }
  return result;
}

std::map<std::string, std::string> SpecReader::text_map(const char* field) {
  std::map<std::string, std::string> result;
  if (const Json* values = object(field)) {
    for (const auto& [name, value] : values->items()) {
      if (value.is_string())
        result[name] = value;
      else
        errors_.push_back(path(field) + "." + name + " must be text");
    }
  }
  return result;
}

const Json* SpecReader::object(const char* field) {
  const Json* value = find(field);
  if (value && !value->is_object()) {
    complain(field, "must be an object");
    return nullptr;
  }
  return value;
}

const Json* SpecReader::array(const char* field) {
  const Json* value = find(field);
  if (value && !value->is_array()) {
    complain(field, "must be a list");
    return nullptr;
  }
  return value;
}

}  // namespace shop
