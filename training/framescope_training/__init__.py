"""Recipe -> records -> fine-tuned encoder -> calibrated, exported, evaluated checkpoint."""
