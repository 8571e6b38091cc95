"""Batch scoring: files -> texts -> rows -> files, safe against crashes and bad input.

Where to find what, in the order of the way:

    command         `framescope score`, from its options to files
    files, readers  names -> files -> texts (`csv_reader`, `parquet_reader`)
    records         a text, a rejected record, which fields to read
    score           texts -> shards -> rows; here, or on workers (`on_ray`)
    batch_scorer    tables -> tables, for other people's engines
    rows, writers   rows -> files (`parquet_writer`)
    parts           what a killed run has done (`manifest`, `durable`)
"""
